export type ButtonKind = 'primary' | 'plain' | 'danger' | 'quiet'

const KIND = {
  primary: 'border-accent bg-accent text-on-accent',
  plain: 'border-line-strong bg-surface text-ink hover:bg-hover',
  danger: 'border-danger bg-surface text-danger hover:bg-danger-soft',
  quiet: 'border-transparent text-ink hover:bg-hover',
} satisfies Record<ButtonKind, string>

/** Classes shared by buttons and links that look like them. Blocked ones keep their words readable. */
export const buttonLook = (kind: ButtonKind, blocked = false): string =>
  `inline-flex h-7 items-center justify-center gap-2 rounded-control border px-3 font-medium whitespace-nowrap ${
    blocked ? 'cursor-not-allowed border-dashed border-line-strong bg-transparent text-muted' : KIND[kind]
  }`
