import { defineConfig } from '@playwright/test'
import { systemChromium } from './tools/chromium.ts'

const system = systemChromium()

export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.e2e.ts',
  globalSetup: './e2e/prepared.ts',
  // Each file starts a world of its own, and the machine has two cores.
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // A second try runs in a new world. What needed one is named at the end, so that it is not forgotten.
  retries: process.env['CI'] === undefined ? 0 : 2,
  reporter: 'list',
  projects: [
    { name: 'demo' },
    // Names and dates must not matter (decisions.md 18): the same walks in a world where every demo object is called otherwise.
    // Not what a source's failing does: that waits long and names nothing.
    {
      name: 'renamed',
      testMatch: /(approval|refusals|topology|profile|resources)\.e2e\.ts$/,
      grepInvert: /fail closed/,
      metadata: { world: '--rename --shift-days 37' },
    },
    // The main road where the platform serves its kinds as it did before it renamed them.
    { name: 'generation-b', testMatch: /approval\.e2e\.ts$/, metadata: { world: '--generation B' } },
  ],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    // A mark that turns costs a core where Chromium draws without a graphics card.
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    trace: 'retain-on-failure',
    launchOptions: {
      ...(system !== undefined && { executablePath: system }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
