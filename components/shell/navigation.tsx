'use client'
import type { Route } from 'next'
import { usePathname, useRouter } from 'next/navigation'
import { type Place, PLACES } from '#components/shell/places.ts'
import { TurnCount } from '#components/shell/turn-count.tsx'
import { AppLink } from '#components/ui/app-link.tsx'
import { KeyCaps } from '#components/ui/key-caps.tsx'
import { MenuTrigger } from '#components/ui/menu-trigger.tsx'
import { useShortcut } from '#components/ui/shortcut.ts'
import { routes } from '#lib/routes.ts'

const isHere = (path: string, href: string): boolean => path === href || path.startsWith(`${href}/`)

const loadMenu = () => import('#components/ui/menu.tsx').then((module) => module.Menu)

/** The places of the portal. Narrow screens get the same list behind one button. */
export function Navigation() {
  const path = usePathname()
  const here = PLACES.find((place) => isHere(path, place.href))
  const label = (
    <>
      <span className="sr-only">Pages, now </span>
      {here?.label ?? 'Menu'}
      <TurnCount />
      <span aria-hidden="true">▾</span>
    </>
  )
  return (
    <>
      <nav aria-label="Portal" className="flex min-w-0 items-center gap-1 max-lg:hidden">
        {PLACES.map((place) => (
          <NavigationLink key={place.href} place={place} current={place === here} />
        ))}
      </nav>
      <div className="lg:hidden">
        <MenuTrigger label={label} load={loadMenu} menu={{ items: PLACES, label }} />
      </div>
    </>
  )
}

function NavigationLink({ place, current }: { readonly place: Place; readonly current: boolean }) {
  const router = useRouter()
  useShortcut({
    id: `go.${place.href}`,
    keys: place.keys,
    words: `Go to ${place.label}`,
    run: () => router.push(place.href as Route /* safe: built by lib/routes.ts */),
  })
  return (
    <AppLink
      plain
      href={place.href}
      aria-current={current ? 'page' : undefined}
      className={`flex h-7 items-center gap-1.5 rounded-control px-2 ${current ? 'bg-selected text-ink' : 'text-muted hover:bg-hover hover:text-ink'}`}
    >
      {place.label}
      {place.href === routes.approvals() && <TurnCount />}
      <span className="max-xl:hidden">
        <KeyCaps keys={place.keys} />
      </span>
    </AppLink>
  )
}
