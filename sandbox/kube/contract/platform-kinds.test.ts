import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { asList, asObject, asText, isObject, metadataOf, nameOf, without, type Json, type JsonObject } from '../json.ts'
import { openCluster, type Cluster, type Reply } from './cluster.ts'

// The kinds of the platform in generations B and C, of hats and of Ameide, and the manifests that exist of them: what one server takes the other takes.

const DATA = join(import.meta.dirname, '../../../../shared/data')
const APPLY = 'application/apply-patch+yaml'
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

/** Each field of the first two levels of spec once left out, once of another type, once null, and one field too many. */
function spoiledOf(object: JsonObject): JsonObject[] {
  const spoil = (value: Json): Json[] => [null, isObject(value) || Array.isArray(value) ? 'text' : typeof value === 'string' ? 7 : {}]
  const variants = (at: JsonObject, depth: number): JsonObject[] =>
    Object.entries(at).flatMap(([key, value]) => [
      without(at, key),
      ...spoil(value).map((bad) => ({ ...at, [key]: bad })),
      ...(depth > 1 && isObject(value) ? variants(value, depth - 1).map((inner) => ({ ...at, [key]: inner })) : []),
    ])
  const spec = asObject(object['spec'])
  return [...variants(spec, 2), { ...spec, surplus: 1 }].map((bad) => ({ ...object, spec: bad }))
}

/** What became of an object, with every cause in a fixed order. */
function shortly({ code, body }: Reply): string {
  const causes = asList(asObject(body['details'])['causes']).map(asObject)
  const words = causes.map(({ field, message }) => `${asText(field)}: ${asText(message)}`).toSorted()
  return code < 300 ? 'accepted' : `${code} ${words.join('; ') || asText(body['message'])}`
}

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
      type: APPLY,
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

  const offer = async (to: Cluster, object: JsonObject): Promise<string> => {
    const kind = kinds.get(kindKey(groupOf(object), asText(object['kind'])))
    const scope = kind?.isNamespaced ? `/namespaces/${to.namespace}` : ''
    const metadata = { ...metadataOf(object), ...(kind?.isNamespaced ? { namespace: to.namespace } : {}) }
    const path = `/apis/${asText(object['apiVersion'])}${scope}/${kind?.plural ?? ''}?dryRun=All&fieldValidation=Strict`
    return shortly(await to.call('POST', path, { body: { ...object, metadata } }))
  }

  test('the manifests of these kinds are accepted', async () => {
    const outcomes: string[] = []
    for (const { file, object } of manifests) outcomes.push(`${file} ${nameOf(object)}: ${await offer(cluster, object)}`)
    expect(outcomes).toEqual(manifests.map(({ file, object }) => `${file} ${nameOf(object)}: accepted`))
  })

  test.skipIf(process.env['KUBE_CONTRACT_KUBECONFIG'] === undefined)(
    'what the other server refuses of spoiled manifests the embedded one refuses, with the same fields and words',
    async () => {
      const ours = await openCluster('embedded')
      for (const { object } of crds)
        await ours.call('PATCH', `${CRDS}/${nameOf(object)}?fieldManager=contract&force=true`, { type: APPLY, body: object })
      try {
        const differences: string[] = []
        for (const { object } of manifests)
          for (const spoiled of spoiledOf(object)) {
            const [theirs, own] = [await offer(cluster, spoiled), await offer(ours, spoiled)]
            if (theirs !== own) differences.push(`${asText(object['kind'])} ${nameOf(object)}: ${theirs}, not ${own}`)
          }
        expect(differences).toEqual([])
      } finally {
        await ours.stop()
      }
    },
  )
})
