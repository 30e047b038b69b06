import { Navigation } from '#components/shell/navigation.tsx'
import { NoticeCount } from '#components/shell/notice-count.tsx'
import { PersonMenu } from '#components/shell/person-menu.tsx'
import { PLACES } from '#components/shell/places.ts'
import { AppLink } from '#components/ui/app-link.tsx'
import { CommandMenu } from '#components/ui/command-menu.tsx'
import { routes } from '#lib/routes.ts'

type Props = { readonly login: string; readonly name: string; readonly groups: readonly string[] }

/** Forty pixels: name, places, find or do, person. */
export function Header(person: Props) {
  return (
    <header className="sticky top-0 z-30 flex h-10 items-center gap-2 border-b border-line bg-surface px-2 sm:gap-4 sm:px-4">
      <AppLink plain href={routes.approvals()} className="rounded-control px-1 font-semibold">
        Vortex
      </AppLink>
      <Navigation />
      <div className="ms-auto flex items-center gap-1 sm:gap-2">
        <CommandMenu places={PLACES} searchAt="/api/resources/search" />
        <NoticeCount />
        <PersonMenu {...person} />
      </div>
    </header>
  )
}
