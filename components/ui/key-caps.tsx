const SPOKEN: Readonly<Record<string, string>> = { Mod: 'Ctrl', Enter: '↵', ArrowDown: '↓', ArrowUp: '↑' }

/** Keys as caps: `g a` is a sequence, `Mod k` a chord. */
export function KeyCaps({ keys }: { readonly keys: string }) {
  return (
    <kbd className="inline-block whitespace-nowrap rounded-mark border border-current/40 px-1 font-mono text-key">
      {keys
        .split(' ')
        .map((key) => SPOKEN[key] ?? key)
        .join(' ')}
    </kbd>
  )
}
