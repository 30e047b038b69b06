import type { NextConfig } from 'next'

const config: NextConfig = {
  typedRoutes: true,
  reactCompiler: true,
  poweredByHeader: false,
  serverExternalPackages: ['@kubernetes/client-node', '@electric-sql/pglite', 'pg'],
}
export default config
