'use client'
import { MenuTrigger } from '#components/ui/menu-trigger.tsx'
import { Visible } from '#components/ui/visible.tsx'

type Props = { readonly login: string; readonly name: string; readonly groups: readonly string[] }

const load = () => import('#components/shell/person-menu-open.tsx').then((module) => module.PersonMenuOpen)

/** Who is signed in; what they may do here opens below. */
export function PersonMenu({ login, name, groups }: Props) {
  const label = (
    <span className="max-w-16 truncate sm:max-w-40 font-mono text-code">
      <Visible text={login} />
    </span>
  )
  return <MenuTrigger name={`Signed in as ${login}`} label={label} load={load} menu={{ label, login, name, groups }} />
}
