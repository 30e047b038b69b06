export type Theme = 'system' | 'light' | 'dark'

export const THEME_COOKIE = 'vortex-theme'

/** Anything but the two names is the system's choice. */
export const themeOf = (value: string | undefined): Theme => (value === 'light' || value === 'dark' ? value : 'system')
