const WIDTH = ['60%', '85%', '45%', '70%', '55%', '80%']

/** Grey bars in the place of what is coming; nothing for the first 300 ms. */
export function Skeleton({ rows = 6, label }: { readonly rows?: number; readonly label: string }) {
  return (
    <output className="skeleton block rounded-control border border-line bg-surface">
      <span className="sr-only">{label}: loading</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex h-7 items-center border-b border-line px-3 last:border-0" aria-hidden="true">
          <div className="h-3 rounded-mark bg-off-soft" style={{ width: WIDTH[row % WIDTH.length] }} />
        </div>
      ))}
    </output>
  )
}
