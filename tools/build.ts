import { spawnSync } from 'node:child_process'
import { isBuilt, markBuilt, sourceDigest } from '../sandbox/demo/portal-build.ts'

// Builds the portal when its sources changed, and remembers from which: the demo and the browser tests start from the same build.

const root = process.cwd()
const digest = sourceDigest(root)
if (isBuilt(root, digest)) process.stdout.write('The portal is built from these sources.\n')
else {
  const { status } = spawnSync('next', ['build'], {
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
  })
  if (status === 0) markBuilt(root, digest)
  process.exitCode = status ?? 1
}
