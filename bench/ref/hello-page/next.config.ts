import type { NextConfig } from 'next'

const config: NextConfig = {
  // Turbopack looks for a proxy and an instrumentation in the folders above too: with the plain extension it takes the project's.
  pageExtensions: ['hello.tsx'],
  // The project's own check types these files.
  typescript: { ignoreBuildErrors: true },
}
export default config
