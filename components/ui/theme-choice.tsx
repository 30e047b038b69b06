'use client'
import { Menu } from '@base-ui/react/menu'
import { useState } from 'react'
import { menuItemLook } from '#components/ui/menu.tsx'
import { type Theme, THEME_COOKIE, themeOf } from '#components/ui/theme.ts'

const YEAR_S = 31_536_000
const CHOICES: readonly { readonly value: Theme; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

/** Draws at once and keeps the choice in a cookie, so that the server draws the right one next time. */
function choose(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  document.cookie = `${THEME_COOKIE}=${theme}; path=/; max-age=${YEAR_S}; samesite=lax`
}

/** The theme, as a group of a menu. */
export function ThemeChoice() {
  const [theme, setTheme] = useState(() => themeOf(globalThis.document?.documentElement.dataset['theme']))
  return (
    <Menu.Group>
      <Menu.GroupLabel className="px-3 py-1 text-muted">Theme</Menu.GroupLabel>
      <Menu.RadioGroup
        value={theme}
        onValueChange={(value: unknown) => {
          const next = themeOf(String(value))
          setTheme(next)
          choose(next)
        }}
      >
        {CHOICES.map(({ value, label }) => (
          <Menu.RadioItem key={value} value={value} closeOnClick={false} className={menuItemLook}>
            {label}
            <Menu.RadioItemIndicator>✓</Menu.RadioItemIndicator>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </Menu.Group>
  )
}
