import { execFile, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { asList, parseJson, type JsonObject } from '../json.ts'
import { cachedAssets } from '../real/assets.ts'
import { createCrd, openCluster, type Cluster } from './cluster.ts'

type Client = { readonly path: string; readonly version: readonly number[] }

function clientAt(path: string): Client[] {
  try {
    accessSync(path, constants.X_OK)
    const { clientVersion } = JSON.parse(execFileSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })) as {
      clientVersion: { gitVersion: string }
    } // safe: kubectl's own form
    return [{ path, version: (/(\d+)\.(\d+)\.(\d+)/.exec(clientVersion.gitVersion) ?? []).slice(1).map(Number) }]
  } catch {
    return []
  }
}
const isNewer = (a: Client, b: Client): number =>
  a.version.map((part, i) => part - (b.version[i] ?? 0)).find((difference) => difference !== 0) ?? 0

/** The newest kubectl of KUBECTL, PATH and `npm run kube:build`. */
const kubectlPath = [
  ...new Set([
    process.env['KUBECTL'] ?? '',
    ...[...(process.env['PATH'] ?? '').split(delimiter), process.env['KUBEBUILDER_ASSETS'] ?? '', cachedAssets()]
      .filter((directory) => directory !== '')
      .map((directory) => join(directory, 'kubectl')),
  ]),
]
  .filter((path) => path !== '')
  .flatMap(clientAt)
  .toSorted(isNewer)
  .at(-1)?.path

if (kubectlPath === undefined) process.stderr.write('kubectl is not on this machine: its checks are skipped\n')

type Outcome = { readonly code: number; readonly out: string; readonly error: string }

describe.skipIf(kubectlPath === undefined)('kubectl', () => {
  let cluster: Cluster
  const arguments_ = (rest: readonly string[]): string[] => ['--kubeconfig', cluster.kubeconfig, '-n', cluster.namespace, ...rest]
  const run = async (rest: readonly string[], input = ''): Promise<Outcome> => {
    const child = promisify(execFile)(kubectlPath ?? '', arguments_(rest), { encoding: 'utf8' })
    child.child.stdin?.end(input)
    try {
      const { stdout, stderr } = await child
      return { code: 0, out: stdout, error: stderr }
    } catch (failure) {
      const { code, stdout, stderr } = failure as { code: number; stdout: string; stderr: string } // safe: execFile's rejection
      return { code, out: stdout, error: stderr.trim() }
    }
  }
  const kubectl = (...rest: readonly string[]): Promise<Outcome> => run(rest)
  const apply = (object: JsonObject, ...rest: readonly string[]): Promise<Outcome> =>
    run(['apply', '-f', '-', ...rest], JSON.stringify(object))
  const configMap = (name: string, data: JsonObject): JsonObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data })
  const gizmo = (name: string, spec: JsonObject): JsonObject => ({
    apiVersion: `${cluster.group}/v1`,
    kind: 'Gizmo',
    metadata: { name },
    spec,
  })

  beforeAll(async () => {
    cluster = await openCluster()
    const spec = {
      type: 'object',
      properties: { size: { type: 'integer', maximum: 3, description: 'How large.' }, color: { type: 'string' } },
    }
    const columns = [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Color', type: 'string', jsonPath: '.spec.color', priority: 1 },
      { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    ]
    // kubectl finds a kind by its bare name: the other files' widgets, on the same server at the same time, would be found instead.
    await createCrd(cluster, 'gizmos', 'Gizmo', { type: 'object', properties: { spec } }, { additionalPrinterColumns: columns })
  })
  afterAll(() => cluster.stop())

  test('create, and create again', async () => {
    expect(await kubectl('create', 'configmap', 'made', '--from-literal=a=1')).toMatchObject({ code: 0, out: 'configmap/made created\n' })
    expect(await kubectl('create', 'configmap', 'made', '--from-literal=a=1')).toMatchObject({
      code: 1,
      error: 'error: failed to create configmap: configmaps "made" already exists',
    })
    expect(await run(['create', '-f', '-'], JSON.stringify(configMap('made', {})))).toMatchObject({
      code: 1,
      error: expect.stringContaining('Error from server (AlreadyExists)'),
    })
  })
  test('get, as text, wide, yaml and json', async () => {
    await apply(gizmo('shown', { size: 2, color: 'red' }), '--server-side')
    expect((await kubectl('get', 'gizmos')).out).toMatch(/^NAME +SIZE +AGE\nshown +2 +\d+s\n$/)
    expect((await kubectl('get', 'gizmo', 'shown', '-o', 'wide')).out).toMatch(/^NAME +SIZE +COLOR +AGE\nshown +2 +red +\d+s\n$/)
    expect(parse((await kubectl('get', 'gizmo', 'shown', '-o', 'yaml')).out)).toMatchObject({
      kind: 'Gizmo',
      spec: { size: 2, color: 'red' },
    })
    const list = parseJson((await kubectl('get', 'gizmos', '-o', 'json')).out) as JsonObject // safe: kubectl prints a list
    expect(asList(list['items'])).toHaveLength(1)
    expect((await kubectl('get', 'gizmos', '-o', 'name')).out).toBe(`gizmo.${cluster.group}/shown\n`)
  })
  test('get of the built-in kinds has their columns', async () => {
    await apply(configMap('counted', { a: '1', b: '2' }), '--server-side')
    expect((await kubectl('get', 'configmap', 'counted')).out).toMatch(/^NAME +DATA +AGE\ncounted +2 +\d+s\n$/)
    expect((await kubectl('get', 'crd', `gizmos.${cluster.group}`)).out).toMatch(/^NAME +CREATED AT\n/)
    expect((await kubectl('describe', 'configmap', 'counted')).out).toContain('Name:         counted')
    expect((await kubectl('wait', '--for=condition=Established', `crd/gizmos.${cluster.group}`, '--timeout=10s')).out).toContain(
      'condition met',
    )
  })
  test('get says what is not there', async () => {
    expect(await kubectl('get', 'configmap', 'nothing')).toMatchObject({
      code: 1,
      error: 'Error from server (NotFound): configmaps "nothing" not found',
    })
    expect(await kubectl('get', 'gizmo', 'nothing')).toMatchObject({
      code: 1,
      error: `Error from server (NotFound): gizmos.${cluster.group} "nothing" not found`,
    })
    expect((await kubectl('get', 'gadgets')).error).toContain(`the server doesn't have a resource type "gadgets"`)
  })
  test('apply --server-side creates, changes, conflicts and takes over', async () => {
    expect((await apply(configMap('owned', { a: '1' }), '--server-side', '--field-manager=alice')).out).toBe(
      'configmap/owned serverside-applied\n',
    )
    const refused = await apply(configMap('owned', { a: '2' }), '--server-side', '--field-manager=bob')
    expect(refused).toMatchObject({
      code: 1,
      error: expect.stringContaining('Apply failed with 1 conflict: conflict with "alice": .data.a'),
    })
    expect((await apply(configMap('owned', { a: '2' }), '--server-side', '--field-manager=bob', '--force-conflicts')).code).toBe(0)
    expect((await kubectl('get', 'configmap', 'owned', '-o', 'jsonpath={.data.a}')).out).toBe('2')
  })
  test('apply --server-side --dry-run=server keeps nothing', async () => {
    expect((await apply(configMap('dry', { a: '1' }), '--server-side', '--dry-run=server')).out).toBe(
      'configmap/dry serverside-applied (server dry run)\n',
    )
    expect((await kubectl('get', 'configmap', 'dry')).code).toBe(1)
  })
  test('refuses an invalid object, naming the field', async () => {
    const refused = await apply(gizmo('large', { size: 4 }), '--server-side')
    expect(refused).toMatchObject({
      code: 1,
      error: `The Gizmo "large" is invalid: spec.size: Invalid value: 4: spec.size in body should be less than or equal to 3`,
    })
    expect((await run(['create', '-f', '-'], JSON.stringify(gizmo('odd', { sise: 4 })))).error).toContain('unknown field "spec.sise"')
  })
  test('apply the old way, on the client', async () => {
    expect((await apply(configMap('classic', { a: '1' }))).out).toBe('configmap/classic created\n')
    expect((await apply(configMap('classic', { b: '1' }))).out).toBe('configmap/classic configured\n')
    expect((await kubectl('get', 'configmap', 'classic', '-o', 'jsonpath={.data}')).out).toBe('{"b":"1"}')
    expect((await apply(gizmo('classic', { size: 1 }))).code).toBe(0)
    expect((await apply(gizmo('classic', { size: 2 }))).out).toContain('configured')
    expect((await apply(gizmo('classic', { size: 2 }))).out).toContain('unchanged')
  })
  test('get -w shows what happens', async () => {
    await apply(gizmo('moving', { size: 1 }), '--server-side')
    const watch = spawn(kubectlPath ?? '', arguments_(['get', 'gizmos', '-w', '--field-selector=metadata.name=moving']))
    let seen = ''
    watch.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString('utf8')))
    await expect.poll(() => seen, { timeout: 20_000 }).toMatch(/moving +1 +\d+s\n/)
    await apply(gizmo('moving', { size: 2 }), '--server-side')
    await expect.poll(() => seen, { timeout: 20_000 }).toMatch(/moving +1 +\d+s\nmoving +2 +\d+s\n/)
    watch.kill()
    await once(watch, 'exit')
  })
  test('label, annotate, patch, delete', async () => {
    await kubectl('create', 'configmap', 'busy', '--from-literal=a=1')
    expect((await kubectl('label', 'configmap', 'busy', 'team=x')).out).toBe('configmap/busy labeled\n')
    expect((await kubectl('get', 'configmap', '-l', 'team=x', '-o', 'name')).out).toBe('configmap/busy\n')
    expect((await kubectl('annotate', 'configmap', 'busy', 'note=y')).code).toBe(0)
    expect((await kubectl('patch', 'configmap', 'busy', '--type=merge', '-p', '{"data":{"a":"2"}}')).code).toBe(0)
    expect((await kubectl('delete', 'configmap', 'busy')).out).toMatch(/^configmap "busy" deleted/)
    expect(await kubectl('delete', 'configmap', 'busy')).toMatchObject({
      code: 1,
      error: 'Error from server (NotFound): configmaps "busy" not found',
    })
  })
  test('explain, api-resources, auth can-i', async () => {
    expect((await kubectl('explain', 'gizmo.spec.size')).out).toContain('How large.')
    expect((await kubectl('api-resources', '--api-group', cluster.group, '-o', 'name')).out).toBe(`gizmos.${cluster.group}\n`)
    expect((await kubectl('auth', 'can-i', 'create', 'configmaps')).out).toBe('yes\n')
    expect((await kubectl('auth', 'can-i', 'create', 'configmaps', '--as', 'nobody')).out).toBe('no\n')
    expect((await kubectl('auth', 'can-i', '--list')).out).toMatch(/\*\.\* +\[\] +\[\] +\[\*\]/)
    expect((await kubectl('auth', 'whoami', '--as', 'nobody')).out).toMatch(/Username +nobody/)
    expect((await kubectl('get', 'configmaps', '--as', 'nobody')).error).toBe(
      `Error from server (Forbidden): configmaps is forbidden: User "nobody" cannot list resource "configmaps" in API group "" in the namespace "${cluster.namespace}"`,
    )
  })
})
