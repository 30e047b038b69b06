import type { NextConfig } from 'next'

const config: NextConfig = {
  typedRoutes: true,
  reactCompiler: true,
  // `npm run check` types everything, with lib under its own stricter settings; the build need not do it again.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  serverExternalPackages: ['@kubernetes/client-node', '@electric-sql/pglite', 'pg'],
}
export default config
