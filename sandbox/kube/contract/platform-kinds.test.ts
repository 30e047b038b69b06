import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { asList, asObject, asText, metadataOf, nameOf, type Json, type JsonObject } from '../json.ts'
import { causesOf, openCluster, type Cluster, type Reply } from './cluster.ts'

// The kinds of the platform in generations B and C, of hats and of Ameide, and the manifests that exist of them: what one server takes the other takes.

const DATA = join(import.meta.dirname, '../../../../shared/data')
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

type Document = { readonly file: string; readonly object: JsonObject }

function documentsIn(folder: string): Document[] {
  const root = join(DATA, folder)
  if (!existsSync(root)) return []
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.ya?ml$/.test(file))
    .toSorted()
    .flatMap((file) =>
      parseAllDocuments(readFileSync(join(root, file), 'utf8')).map((document) => ({
        file: join(folder, file),
        object: asObject(document.toJS() as Json), // safe: YAML without tags of its own yields JSON values
      })),
    )
    .filter(({ object }) => asText(object['kind']) !== '')
}
const isCrd = ({ object }: Document): boolean => object['kind'] === 'CustomResourceDefinition'
const FOLDERS = ['crds', 'hats', 'ameide', 'lab']
const documents = FOLDERS.flatMap(documentsIn)
const crds = documents.filter(isCrd)
if (crds.length === 0)
  process.stderr.write(`${relative(process.cwd(), DATA)} is not there: the checks of the platform's kinds are skipped\n`)

const kindKey = (group: string, kind: string): string => `${kind}.${group}`
const groupOf = (object: JsonObject): string => asText(object['apiVersion']).split('/').slice(0, -1).join('')
const kinds = new Map(
  crds.map(({ object }) => {
    const { group, names, scope } = asObject(object['spec'])
    const { kind, plural } = asObject(names)
    return [kindKey(asText(group), asText(kind)), { plural: asText(plural), isNamespaced: scope === 'Namespaced' }]
  }),
)
const manifests = documents.filter((each) => !isCrd(each) && kinds.has(kindKey(groupOf(each.object), asText(each.object['kind']))))

const shortly = (reply: Reply): string =>
  reply.code < 300 ? 'accepted' : `${reply.code} ${Object.entries(causesOf(reply)).map(([field, why]) => `${field}: ${why}`).toSorted().join('; ') || asText(reply.body['message'])}` // prettier-ignore

describe.skipIf(crds.length === 0)('the kinds of the platform', () => {
  let cluster: Cluster
  const before = new Set<string>()
  const made = new Set<string>()

  beforeAll(async () => {
    cluster = await openCluster()
    for (const crd of asList((await cluster.call('GET', CRDS)).body['items'])) before.add(nameOf(asObject(crd)))
  })
  afterAll(async () => {
    for (const name of made) await cluster.call('DELETE', `${CRDS}/${name}`)
    await cluster.stop()
  })

  // Two folders hold the same names in different states, as a cluster sees them over an upgrade. A cluster's own CRDs are tried, never changed.
  const load = (object: JsonObject): Promise<Reply> => {
    const name = nameOf(object)
    if (!before.has(name)) made.add(name)
    const dry = before.has(name) ? '&dryRun=All' : ''
    return cluster.call('PATCH', `${CRDS}/${name}?fieldManager=contract&force=true${dry}`, {
      type: 'application/apply-patch+yaml',
      body: object,
    })
  }

  test.each(crds.map(({ file, object }) => [nameOf(object), file, object] as const))('%s of %s loads', async (_name, _file, object) => {
    expect(shortly(await load(object))).toBe('accepted')
  })

  test('every version that is to be served is served, with its kind', async () => {
    const latest = new Map(crds.map(({ object }) => [nameOf(object), asObject(object['spec'])]))
    const wanted = [...latest]
      .filter(([name]) => !before.has(name))
      .flatMap(([, { group, names, versions }]) =>
        asList(versions)
          .map(asObject)
          .filter(({ served }) => served === true)
          .map((version) => `${asText(group)}/${asText(version['name'])} ${asText(asObject(names)['kind'])}`),
      )
    const served = async (): Promise<string[]> => {
      const lists = await Promise.all(
        [...new Set(wanted.map((each) => each.split(' ')[0] ?? ''))].map((version) => cluster.call('GET', `/apis/${version}`)),
      )
      return lists.flatMap(({ body }) =>
        asList(body['resources']).map((each) => `${asText(body['groupVersion'])} ${asText(asObject(each)['kind'])}`),
      )
    }
    await expect.poll(served).toEqual(expect.arrayContaining(wanted))
  })

  test('manifests of these kinds are accepted, and refused with the same fields', async () => {
    const outcomes: string[] = []
    for (const { file, object } of manifests) {
      const kind = kinds.get(kindKey(groupOf(object), asText(object['kind'])))
      const scope = kind?.isNamespaced ? `/namespaces/${cluster.namespace}` : ''
      const metadata = { ...metadataOf(object), ...(kind?.isNamespaced ? { namespace: cluster.namespace } : {}) }
      const path = `/apis/${asText(object['apiVersion'])}${scope}/${kind?.plural ?? ''}?dryRun=All&fieldValidation=Ignore`
      const reply = await cluster.call('POST', path, { body: { ...object, metadata } })
      outcomes.push(`${file} ${asText(object['kind'])} ${nameOf(object)}: ${shortly(reply)}`)
    }
    expect(outcomes).toEqual(manifests.map(({ file, object }) => `${file} ${asText(object['kind'])} ${nameOf(object)}: accepted`))
  })
})
