import { defineConfig } from 'vitest/config'

export default defineConfig({
  ssr: { resolve: { conditions: ['react-server'] } },
  test: {
    include: ['{lib,server,components,operator,sandbox,tools,bench}/**/*.test.{ts,tsx}'],
    exclude: ['**/*.cluster.test.ts', '**/node_modules/**'],
    // Ends for what hangs, not measures: a loaded machine is slow, not wrong.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 20_000 } },
    // As in the browser: what needed a second try is named at the end, so that it is not forgotten.
    retry: process.env['CI'] === undefined ? 0 : 1,
  },
})
