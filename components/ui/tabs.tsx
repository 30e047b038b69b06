import { AppLink } from '#components/ui/app-link.tsx'

type Tab = { readonly href: string; readonly label: string; readonly count?: number | undefined; readonly current: boolean }

/** Tabs are links, because each view has an address (ui.md 5.1, 5). */
export function Tabs({ label, items }: { readonly label: string; readonly items: readonly Tab[] }) {
  return (
    <nav aria-label={label} className="flex gap-x-1 overflow-x-auto border-b border-line">
      {items.map(({ href, label: words, count, current }) => (
        <AppLink
          key={href}
          plain
          href={href}
          scroll={false}
          aria-current={current ? 'page' : undefined}
          className={`flex h-8 shrink-0 whitespace-nowrap items-center gap-1.5 border-b-2 px-2 ${
            current ? 'border-accent font-medium text-ink' : 'border-transparent text-muted hover:border-line-strong hover:text-ink'
          }`}
        >
          {words}
          {count !== undefined && <span className={`rounded-mark px-1 ${current ? 'bg-selected' : 'bg-off-soft'}`}>{count}</span>}
        </AppLink>
      ))}
    </nav>
  )
}
