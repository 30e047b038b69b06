import { existsSync } from 'node:fs'

/** The system's Chromium; undefined where there is none, and Playwright's own is used if its download worked. */
export const systemChromium = (): string | undefined =>
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path))
