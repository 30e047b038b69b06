import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

// The import rules are tested themselves: each wrong import is written, and the rule of that name has to fire.

const MARK = 'zz-forbidden'
const CASES: readonly { readonly rule: string; readonly file: string; readonly code: string }[] = [
  { rule: 'lib-is-pure', file: `lib/${MARK}-a.ts`, code: "import { log } from '#server/log.ts'\nexport const x = log" },
  {
    rule: 'server-knows-no-ui',
    file: `server/${MARK}-b.ts`,
    code: "import 'server-only'\nimport { Button } from '#components/ui/button.tsx'\nexport const x = Button",
  },
  {
    rule: 'components-know-no-server',
    file: `components/ui/${MARK}-c.ts`,
    code: "import type { Ctx } from '#server/context.ts'\nexport type X = Ctx",
  },
  {
    rule: 'ui-knows-no-feature',
    file: `components/ui/${MARK}-d.ts`,
    code: "import type { Queue } from '#lib/approval/view.ts'\nexport type X = Queue",
  },
  {
    rule: 'app-sees-no-adapter',
    file: `app/${MARK}-e.ts`,
    code: "import { openDatabase } from '#server/adapter/db/open.ts'\nexport const x = openDatabase",
  },
  {
    rule: 'adapters-stand-alone',
    file: `server/adapter/kube/${MARK}-f.ts`,
    code: "import 'server-only'\nimport { openDatabase } from '#server/adapter/db/open.ts'\nexport const x = openDatabase",
  },
  {
    rule: 'operator-stands-alone',
    file: `operator/${MARK}-g.ts`,
    code: "import { openDatabase } from '#server/adapter/db/open.ts'\nexport const x = openDatabase",
  },
  { rule: 'sandbox-is-outside', file: `sandbox/${MARK}-h.ts`, code: "import { log } from '#server/log.ts'\nexport const x = log" },
  {
    rule: 'app-knows-no-sandbox',
    file: `app/${MARK}-i.ts`,
    code: "import { startPostgres } from '#sandbox/postgres.ts'\nexport const x = startPostgres",
  },
  {
    rule: 'kubernetes-client-has-one-door',
    file: `server/live/${MARK}-j.ts`,
    code: "import 'server-only'\nimport { KubeConfig } from '@kubernetes/client-node'\nexport const x = KubeConfig",
  },
  {
    rule: 'drizzle-has-one-door',
    file: `server/live/${MARK}-k.ts`,
    code: "import 'server-only'\nimport { sql } from 'drizzle-orm'\nexport const x = sql",
  },
  {
    rule: 'guardian-client-has-one-door',
    file: `server/live/${MARK}-l.ts`,
    code: "import 'server-only'\nimport { createGrpcTransport } from '@connectrpc/connect-node'\nexport const x = createGrpcTransport",
  },
  {
    rule: 'cytoscape-has-one-door',
    file: `components/ui/${MARK}-m.ts`,
    code: "import cytoscape from 'cytoscape'\nexport const x = cytoscape",
  },
  {
    rule: 'nobody-imports-tests',
    file: `server/live/${MARK}-n.ts`,
    code: "import 'server-only'\nimport '#server/adapter/db/open.test.ts'",
  },
  { rule: 'e2e-is-outside', file: `e2e/${MARK}-o.ts`, code: "import type { Ctx } from '#server/context.ts'\nexport type X = Ctx" },
  { rule: 'server-says-so', file: `server/${MARK}-p.ts`, code: 'export const x = 1' },
  { rule: 'no-cycles', file: `lib/${MARK}-q.ts`, code: `import { y } from './${MARK}-r.ts'\nexport const x = (): unknown => y` },
  {
    rule: 'dns-has-one-door',
    file: `server/live/${MARK}-s.ts`,
    code: "import 'server-only'\nimport { lookup } from 'node:dns'\nexport const x = lookup",
  },
  {
    rule: 'repo-is-private',
    file: `server/live/${MARK}-t.ts`,
    code: "import 'server-only'\nimport * as repo from '#server/approval/repo.ts'\nexport const x = repo",
  },
  {
    rule: 'no-feature-to-feature',
    file: `components/shell/${MARK}-u.ts`,
    code: "import type { QueueView } from '#components/approval/queue-view.tsx'\nexport type X = typeof QueueView",
  },
  {
    rule: 'bench-is-outside',
    file: `lib/${MARK}-v.ts`,
    code: "import type { Figure } from '../bench/harness/figure.ts'\nexport type X = Figure",
  },
  {
    rule: 'references-stay-frozen',
    file: `bench/ref/${MARK}-w.ts`,
    code: "import { leafHash } from '#lib/canonical.ts'\nexport const x = leafHash",
  },
]
const HELPERS = [{ file: `lib/${MARK}-r.ts`, code: `import { x } from './${MARK}-q.ts'\nexport const y = (): unknown => x` }]

const written = [...CASES, ...HELPERS].filter(
  ({ file }) => existsSync(dirname(file)) || (mkdirSync(dirname(file), { recursive: true }), true),
)
try {
  for (const { file, code } of written) writeFileSync(file, `${code}\n`)
  const folders = ['app', 'components', 'lib', 'server', 'operator', 'sandbox', 'e2e', 'bench'].filter((folder) => existsSync(folder))
  const { stdout } = spawnSync('depcruise', [...folders, '--config', '.dependency-cruiser.cjs', '--output-type', 'json'], {
    encoding: 'utf8',
    maxBuffer: 1 << 29,
  })
  const report = JSON.parse(stdout) as { summary: { violations: { from: string; rule: { name: string } }[] } } // safe: depcruise's own format
  const fired = new Set(report.summary.violations.filter(({ from }) => from.includes(MARK)).map(({ from, rule }) => `${rule.name} ${from}`))
  const silent = CASES.filter(({ rule, file }) => !fired.has(`${rule} ${file}`))
  for (const { rule, file } of silent) process.stdout.write(`rule ${rule} did not fire on ${file}\n`)
  process.stdout.write(`${CASES.length - silent.length} of ${CASES.length} import rules fire\n`)
  process.exitCode = silent.length > 0 ? 1 : 0
} finally {
  for (const { file } of written) rmSync(file, { force: true })
}
