import { AppLink } from '#components/ui/app-link.tsx'

/** A column that can be ordered by; the order stands in the address. */
export type Sort = {
  readonly href: string
  readonly is: 'ascending' | 'descending' | 'none'
  /** Goes there without the server drawing the page anew. */
  readonly follow?: ((href: string) => void) | undefined
}
type Sorted = { readonly key: string; readonly title: string; readonly sort: Sort }

const ARROW = { ascending: ' ▲', descending: ' ▼', none: '' } satisfies Record<Sort['is'], string>

function SortLink({ title, sort, className = '' }: Pick<Sorted, 'title' | 'sort'> & { readonly className?: string }) {
  return (
    <AppLink
      plain
      href={sort.href}
      follow={sort.follow}
      scroll={false}
      className={`hover:underline ${className}`}
      title={`Order by ${title}`}
    >
      {title}
      <span aria-hidden="true">{ARROW[sort.is]}</span>
    </AppLink>
  )
}

/** The head of a column that can be ordered by. That of cards cannot be seen, so it takes no focus: they are ordered by the links above them. */
export function SortHead({ title, sort }: Pick<Sorted, 'title' | 'sort'>) {
  return (
    <>
      <SortLink title={title} sort={sort} className="max-sm:hidden" />
      <span className="sm:hidden">{title}</span>
    </>
  )
}

/** The same for cards, which have no head: what they are ordered by, and below it what they can be ordered by. */
export function SortLinks({ columns }: { readonly columns: readonly Sorted[] }) {
  const now = columns.find(({ sort }) => sort.is !== 'none')
  return (
    <details className="border-b border-line px-3 py-1 sm:hidden">
      <summary className="min-h-6 cursor-pointer content-center text-muted">
        Order: {now === undefined ? 'as given' : `${now.title}, ${now.sort.is}`}
      </summary>
      <ul className="flex flex-wrap gap-x-4 gap-y-1 py-1">
        {columns.map(({ key, title, sort }) => (
          <li key={key}>
            <SortLink
              title={title}
              sort={sort}
              className={`inline-flex min-h-6 items-center underline underline-offset-2 ${sort.is === 'none' ? 'text-accent' : 'font-semibold text-ink'}`}
            />
          </li>
        ))}
      </ul>
    </details>
  )
}
