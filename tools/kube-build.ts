import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { setPriority } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { cachedAssets, KUBE_BINARIES, KUBE_MODULE, lackingIn, pinnedVersion } from '../sandbox/kube/real/assets.ts'

// Builds etcd, kube-apiserver and kubectl as tools/kube/go.mod pins them, once, into a cache outside the repository.

const PACKAGES = {
  etcd: 'go.etcd.io/etcd/server/v3',
  'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
  kubectl: 'k8s.io/kubernetes/cmd/kubectl',
} satisfies Record<(typeof KUBE_BINARIES)[number], string>

const say = (text: string): void => void process.stdout.write(`${text}\n`)

/** Kubernetes takes its version from the linker only; without it `/version` answers v0.0.0-master and clients warn. */
function versionFlags(version: string): string[] {
  const [gitMajor = '', gitMinor = ''] = version.slice(1).split('.')
  const values = Object.entries({ gitVersion: version, gitMajor, gitMinor, gitTreeState: 'clean' })
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((holder) =>
    values.flatMap(([name, value]) => ['-X', `${holder}.${name}=${value}`]),
  )
}

function build(target: string): void {
  if (spawnSync('go', ['version'], { stdio: 'ignore' }).status !== 0)
    throw new Error('There is no `go` on PATH. Install Go 1.26 or newer, or point KUBEBUILDER_ASSETS at ready binaries.')
  mkdirSync(dirname(target), { recursive: true })
  // A directory of its own until all is there: whoever looks meanwhile, or after a kill, finds nothing rather than a half.
  const unfinished = mkdtempSync(join(dirname(target), `.${basename(target)}-`))
  try {
    const flags = ['-s', '-w', ...versionFlags(pinnedVersion())].join(' ')
    for (const name of KUBE_BINARIES) {
      say(`Building ${name} (${PACKAGES[name]})…`)
      const from = Date.now()
      const args = ['build', '-trimpath', '-ldflags', flags, '-o', join(unfinished, name), PACKAGES[name]]
      const { status } = spawnSync('go', args, { cwd: KUBE_MODULE, stdio: 'inherit', env: { ...process.env, GOWORK: 'off' } })
      if (status !== 0) throw new Error(`go could not build ${name}. Its lines above say why.`)
      say(`  ${Math.round((Date.now() - from) / 1000)} s`)
    }
    renameSync(unfinished, target)
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    // Another build was faster, and a directory that has files is not renamed over.
    if (lackingIn(target, KUBE_BINARIES) !== undefined) throw error
  }
}

const target = cachedAssets()
if (lackingIn(target, KUBE_BINARIES) === undefined) say(`Kubernetes ${pinnedVersion()} is built: ${target}`)
else {
  say(`Kubernetes ${pinnedVersion()} is built once, at low priority; that takes minutes, without a cache of Go many.`)
  setPriority(10)
  try {
    build(target)
    say(`Built: ${target}`)
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
