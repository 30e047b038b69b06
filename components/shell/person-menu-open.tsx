'use client'
import { Menu as Base } from '@base-ui/react/menu'
import type { ReactNode } from 'react'
import { Menu, menuItemLook } from '#components/ui/menu.tsx'
import { useAnnounce } from '#components/ui/announce.tsx'
import { postForm } from '#components/ui/post-form.ts'
import { ThemeChoice } from '#components/ui/theme-choice.tsx'
import { Visible } from '#components/ui/visible.tsx'
import { routes } from '#lib/routes.ts'

type Props = { readonly label: ReactNode; readonly login: string; readonly name: string; readonly groups: readonly string[] }

/** Who is signed in, with which groups; the theme; the way out. */
export function PersonMenuOpen({ label, login, name, groups }: Props) {
  const announce = useAnnounce()
  const signOut = (): void => {
    postForm('/api/auth/signout', { callbackUrl: `${routes.signIn()}?out=1` }).catch(() =>
      announce('The portal did not answer. You are still signed in.', 'danger'),
    )
  }
  return (
    <Menu name={`Signed in as ${login}`} label={label}>
      <Base.Group>
        <Base.GroupLabel className="max-w-72 px-3 py-1">
          <span className="block font-medium">
            <Visible text={name} />
          </span>
          <span className="block text-muted">
            {groups.length === 0 ? 'In no group' : 'Groups: '}
            <Visible text={groups.join(', ')} />
          </span>
        </Base.GroupLabel>
      </Base.Group>
      <Base.Separator className="my-1 border-t border-line" />
      <ThemeChoice />
      <Base.Separator className="my-1 border-t border-line" />
      <Base.Item className={menuItemLook} onClick={signOut}>
        Sign out
      </Base.Item>
    </Menu>
  )
}
