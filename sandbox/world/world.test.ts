import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { lexZone } from '#lib/dsns/lex.ts'
import { lintZone } from '#lib/dsns/lint.ts'
import { CONCEPT } from '#lib/kube/concept.ts'
import type { KubeObject } from '#lib/kube/object.ts'
import { parsePolicy } from '#lib/policy/parse.ts'
import { approversOf } from '#lib/policy/rights.ts'
import { checkObject } from '#lib/profile/check-object.ts'
import { APP_CONCEPTS, type ProfileFacts } from '#lib/profile/facts.ts'
import { evaluate } from '#lib/relationship/evaluate.ts'
import { computeGraph } from '#sandbox/guardian/permission-graph.ts'
import { auditRows } from '#sandbox/world/audit.ts'
import { readDefinitions, readObserved, readPast, readRepository } from '#sandbox/world/files.ts'
import { history } from '#sandbox/world/history.ts'
import { layOut, touchedBy } from '#sandbox/world/lay-out.ts'
import { type Manifest, observedWrites, withUids } from '#sandbox/world/observed.ts'
import { type Writer, writers } from '#sandbox/world/identities.ts'
import { people } from '#sandbox/world/people.ts'
import { demoNames } from '#sandbox/world/rename.ts'
import { story } from '#sandbox/world/story.ts'

const now = new Date('2026-11-21T03:00:00Z')
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
type Json = Record<string, unknown>
type Ref = { readonly group: string; readonly kind: string; readonly version: string; readonly name: string }

const repository = readRepository()
const isManifest = (path: string): boolean => path.startsWith('clusters/') && path.endsWith('.yaml')
const manifests = [...repository].filter(([path]) => isManifest(path)).map(([path, text]) => ({ path, object: parse(text) as Manifest }))
const groupOf = (apiVersion: string): string => (apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '')
const find = (group: string, kind: string, name: string) =>
  manifests.filter(({ object }) => groupOf(object.apiVersion) === group && object.kind === kind && object.metadata.name === name)
const of = (kind: string): readonly Manifest[] => manifests.filter(({ object }) => object.kind === kind).map(({ object }) => object)
const specOf = <T>(object: Manifest): T => object.spec as T

const validators = new Map<string, ValidateFunction>()
const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true }))
for (const format of ['int64', 'int32']) ajv.addFormat(format, true)
for (const text of readDefinitions().values()) {
  const { spec } = parse(text) as {
    spec: { group: string; names: { kind: string }; versions: readonly { name: string; schema: { openAPIV3Schema: Json } }[] }
  }
  for (const version of spec.versions)
    validators.set(`${spec.group}/${version.name} ${spec.names.kind}`, ajv.compile(closed(version.schema.openAPIV3Schema)))
}

/** What an API server would prune is a mistake in our data: every object of the schema is closed. */
function closed(schema: Json, atRoot = true): Json {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === 'properties')
      return [key, Object.fromEntries(Object.entries(value as Record<string, Json>).map(([name, sub]) => [name, closed(sub, false)]))]
    if (key === 'items') return [key, closed(value as Json, false)]
    return [key, value]
  })
  const closable = 'properties' in schema && !('additionalProperties' in schema)
  return { ...Object.fromEntries(entries), ...(closable && { additionalProperties: false }), ...(atRoot && { type: 'object' }) }
}

function problemsOf(object: Manifest): readonly string[] {
  const validate = validators.get(`${object.apiVersion} ${object.kind}`)
  if (validate === undefined) return []
  const data: unknown = object
  return validate(data)
    ? []
    : (validate.errors ?? []).map((error) => `${object.kind}/${object.metadata.name} ${error.instancePath} ${error.message}`)
}

const refsIn = (value: unknown): readonly Ref[] => {
  if (Array.isArray(value)) return value.flatMap(refsIn)
  if (typeof value !== 'object' || value === null) return []
  const own = 'group' in value && 'kind' in value && 'version' in value && 'name' in value ? [value as Ref] : []
  return [...own, ...Object.values(value).flatMap(refsIn)]
}

describe('the files', () => {
  it('stand where the layout rule puts them', () => {
    for (const { path, object } of manifests) {
      const group = groupOf(object.apiVersion)
      const kind = [object.kind, ...(group === '' ? [] : [group])].join('.').toLowerCase()
      expect(path).toBe(`clusters/ccs-mgmt/${object.metadata.namespace ?? '_cluster'}/${kind}/${object.metadata.name}.yaml`)
    }
  })

  it('hold one document each that its definition accepts, unknown fields refused', () => {
    const several = [...repository].filter(([path, text]) => isManifest(path) && parseAllDocuments(text).length !== 1)
    expect(several).toEqual([])
    expect(manifests.flatMap(({ object }) => problemsOf(object))).toEqual([])
  })

  it('give every custom object a definition', () => {
    const builtIn = new Set(['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'CustomResourceDefinition'])
    const unknown = manifests.filter(({ object }) => !builtIn.has(object.kind) && !validators.has(`${object.apiVersion} ${object.kind}`))
    expect(unknown.map(({ path }) => path)).toEqual([])
  })

  it('refer only to what exists, exactly once', () => {
    const own = manifests.filter(({ object }) => object.kind !== 'CustomResourceDefinition')
    const open = own.flatMap(({ path, object }) =>
      refsIn(object.spec)
        .filter((ref) => find(ref.group, ref.kind, ref.name).length !== 1)
        .map((ref) => `${path} -> ${ref.kind}/${ref.name}`),
    )
    expect(open).toEqual([])
  })

  it('relate identities that exist, but for the one relationship that names a class', () => {
    const identities = new Set(of('DomainIdentity').map((object) => object.metadata.name))
    const named = of('DomainRelationship').flatMap((object) => {
      const spec = specOf<{ sourceIdentity: string; targetIdentity: string }>(object)
      return [spec.sourceIdentity, spec.targetIdentity]
    })
    expect(named.filter((name) => !identities.has(name))).toEqual(['payment-gateways'])
  })

  it('keep the wirings of a topology with their counterpart and their own identity', () => {
    for (const topology of of('AppTopology')) {
      type Wiring = { domainRelationshipRef: Ref; counterpartRef: { kind: string; name: string; namespace: string } }
      for (const wiring of specOf<{ wirings?: readonly Wiring[] }>(topology).wirings ?? []) {
        const [relationship] = find('core.ontai.dev', 'DomainRelationship', wiring.domainRelationshipRef.name)
        expect(specOf<Json>(relationship?.object ?? topology)['sourceIdentity']).toBe(topology.metadata.name)
        if (wiring.counterpartRef.name === 'payment-gateways') continue
        const counterpart = manifests.filter(
          ({ object }) =>
            object.kind === wiring.counterpartRef.kind &&
            object.metadata.name === wiring.counterpartRef.name &&
            object.metadata.namespace === wiring.counterpartRef.namespace,
        )
        expect(counterpart).toHaveLength(1)
      }
    }
  })

  it('bind every permission of a profile to a set that exists', () => {
    const sets = new Set(of('PermissionSet').map((object) => object.metadata.name))
    for (const profile of of('RBACProfile'))
      for (const { permissionSetRef } of specOf<{ permissionDeclarations: { permissionSetRef: string }[] }>(profile).permissionDeclarations)
        expect(sets).toContain(permissionSetRef)
  })
})

describe('the published schemas', () => {
  const folder = join(import.meta.dirname, '../../../shared/data/schemas/v1alpha1')

  it.skipIf(!existsSync(folder))('accept every domain and application object (skipped where the schema set is absent)', () => {
    const published = addFormats.default(new Ajv2020({ strict: false, allErrors: true }))
    const ids = new Map<string, string>()
    for (const layer of ['shared', 'domain-core', 'app-core', 'seam-core'])
      for (const file of readdirSync(join(folder, layer))) {
        const schema = JSON.parse(readFileSync(join(folder, layer, file), 'utf8')) as { $id: string; title: string }
        published.addSchema(schema)
        if (layer.endsWith('-core') && layer !== 'seam-core') ids.set(schema.title, schema.$id)
      }
    const checked = manifests.filter(({ object }) => ['core.ontai.dev', 'app.ontai.dev'].includes(groupOf(object.apiVersion)))
    const problems = checked.flatMap(({ path, object }) => {
      const validate = published.getSchema(ids.get(object.kind) ?? '')
      if (validate === undefined) return [`${path}: no schema`]
      const data: unknown = object
      return validate(data) === true ? [] : [`${path}: ${published.errorsText(validate.errors)}`]
    })
    expect(problems).toEqual([])
    expect(checked.length).toBeGreaterThan(100)
  })
})

describe('the history', () => {
  it('ends in the repository, with every file made by a commit and every author a person', () => {
    const { commits } = layOut(now)
    const tree = new Map<string, string | null>(commits.flatMap(({ files }) => [...files]))
    expect([...tree.keys()].toSorted(byText)).toEqual([...repository.keys()].toSorted(byText))
    expect(history.filter((commit) => touchedBy(commit, [...repository.keys()]).length === 0)).toEqual([])
    for (const commit of history) for (const path of Object.keys(commit.past ?? {})) expect(touchedBy(commit, [path])).toEqual([path])
  })

  it('is in order, in the past, and each repeated file really changed', () => {
    const { commits } = layOut(now)
    const times = commits.map(({ at }) => at.getTime())
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(Math.max(...times)).toBeLessThan(now.getTime())
    const seen = new Map<string, string | null>()
    const unchanged = commits.flatMap(({ files }) =>
      [...files].filter(([path, text]) => {
        const before = seen.get(path)
        seen.set(path, text)
        return before === text
      }),
    )
    expect(unchanged).toEqual([])
  })

  it('accepts earlier versions under the same definitions', () => {
    const past = history.flatMap((commit) => Object.entries(commit.past ?? {})).filter(([path]) => isManifest(path))
    expect(past.flatMap(([path, version]) => problemsOf(parse(readPast(path, version)) as Manifest))).toEqual([])
  })

  it('lets the requester be the author of each request', () => {
    const { commits } = layOut(now)
    for (const request of of('RelationshipAdmissionRequest')) {
      const made = commits.filter(({ files }) => [...files.keys()].some((path) => path.endsWith(`/${request.metadata.name}.yaml`)))
      expect(made.map(({ author }) => author.login)).toEqual([specOf<Json>(request)['requestedBy']])
    }
  })
})

describe('a renamed and shifted world', () => {
  const rename = (name: string): string => `q7-${name.split('').toReversed().join('').replace(/^-|-$/g, 'x')}`
  const names = demoNames(repository)
  const old = new RegExp(`(?<![A-Za-z0-9-])(?:${names.join('|')})(?![A-Za-z0-9-])`)

  it('keeps no old name in paths, files, messages, observed writes, steps or rows', () => {
    const setting = { now, rename, shiftDays: 400 }
    for (const { files, message } of layOut(now, rename, 400).commits) {
      expect(message).not.toMatch(old)
      const texts = [...files].filter(([path]) => !path.includes('customresourcedefinition')).map(([path, text]) => `${path}\n${text}`)
      expect(texts.filter((text) => old.test(text))).toEqual([])
    }
    expect(JSON.stringify(observedWrites(setting))).not.toMatch(old)
    expect(JSON.stringify(story(setting))).not.toMatch(old)
    expect(JSON.stringify(auditRows(setting))).not.toMatch(old)
  })

  it('names everything that belongs to the demo and nothing of the platform', () => {
    expect(names).toContain('cbs-production-uk')
    expect(names).toContain('rar-cs-observes-pgw')
    expect(names).toContain('cs-production-depends-on-cbs-production-uk')
    for (const kept of ['guardian', 'vortex', 'guardian-signs-conductor', 'ccs-mgmt', 'banking']) expect(names).not.toContain(kept)
  })

  it('moves the times in files and commits together', () => {
    const [a, b] = [layOut(now), layOut(now, undefined, 10)]
    const registered = (text: string | null | undefined): number => Date.parse(/registeredAt: (\S+)/.exec(text ?? '')?.[1] ?? '')
    const path = 'clusters/ccs-mgmt/ont-system/domainidentity.core.ontai.dev/pgw-production.yaml'
    const at = (world: typeof a) => registered(world.commits.find(({ files }) => files.has(path))?.files.get(path))
    expect(at(a) - at(b)).toBe(10 * 86_400_000)
    expect((a.commits[0]?.at.getTime() ?? 0) - (b.commits[0]?.at.getTime() ?? 0)).toBe(10 * 86_400_000)
  })
})

describe('the requests', () => {
  const bySource = (kind: string) => of(kind) as unknown as readonly KubeObject[]
  const objects = {
    identities: bySource('DomainIdentity'),
    policies: bySource('DomainPolicy'),
    boundaries: bySource('DomainBoundary'),
    relationships: bySource('DomainRelationship'),
    appBoundaries: bySource('AppBoundary'),
    appIdentities: bySource('AppIdentity'),
    appPolicies: bySource('AppPolicy'),
  }
  const cases: readonly (readonly [string, 'Low' | 'High', readonly string[], boolean])[] = [
    ['rar-cs-observes-pgw', 'High', ['E11'], true],
    ['rar-fraud-depends-on-mdf', 'High', ['E7'], true],
    ['rar-los-governs-cbs', 'High', ['E6', 'E9'], false],
    ['rar-kyc-depends-on-fraud', 'Low', [], true],
    ['rar-cbs-extends-cs', 'Low', [], true],
    ['rar-los-depends-on-pgw', 'Low', [], true],
    ['rar-kyc-observes-cs', 'Low', [], true],
    ['rar-fraud-observes-cs', 'Low', [], true],
    ['rar-mdf-observes-kyc', 'High', ['E7'], true],
    ['rar-pgw-delegates-kyc', 'High', ['E9'], true],
  ]

  it.each(cases)('%s is %s by %j', (name, riskTier, riskReasons, compatible) => {
    const rar = of('RelationshipAdmissionRequest').find((object) => object.metadata.name === name) as unknown as KubeObject
    const verdict = evaluate({ rar, objects, autoAdmission: false })
    expect(verdict).toMatchObject({ riskTier, riskReasons, bilateralCompatible: compatible })
  })

  it('mean something else after the policy changes of the story, with the same risk', () => {
    const evaluateAll = (policies: readonly KubeObject[]) =>
      new Map(
        bySource('RelationshipAdmissionRequest').map((rar) => {
          const { riskTier, riskReasons, evaluationHash } = evaluate({ rar, objects: { ...objects, policies }, autoAdmission: false })
          return [rar.metadata.name, { risk: [riskTier, ...riskReasons], evaluationHash }]
        }),
      )
    const edits = story({ now }).flatMap((step) =>
      step.do === 'commit' ? [parse(step.edit(repository.get(step.path) ?? '')) as KubeObject] : [],
    )
    const edited = objects.policies.map((policy) => edits.find(({ metadata }) => metadata.name === policy.metadata.name) ?? policy)
    const [before, after] = [evaluateAll(objects.policies), evaluateAll(edited)]
    const changed = [...before]
      .filter(([name, { evaluationHash }]) => after.get(name)?.evaluationHash !== evaluationHash)
      .map(([name]) => name)
    expect(changed).toEqual(expect.arrayContaining(['rar-kyc-observes-cs', 'rar-fraud-observes-cs']))
    expect(changed).not.toContain('rar-cs-observes-pgw')
    expect([...after].map(([name, { risk }]) => [name, risk])).toEqual([...before].map(([name, { risk }]) => [name, risk]))
  })

  it('stand under a policy file that names every person with their groups and one address', () => {
    const policy = parsePolicy(repository.get('vortex/policy.yaml') ?? '')
    expect(policy.ok).toBe(true)
    if (!policy.ok) return
    for (const person of people) expect(policy.value.people[person.login]).toEqual({ groups: person.groups, emails: [person.email] })
    expect(parsePolicy(readPast('vortex/policy.yaml', 1)).ok).toBe(true)
  })
})

describe('what operators have written', () => {
  const writes = observedWrites({ now })

  it('is accepted by the definitions, together with the declared spec', () => {
    const whole = writes.map(({ manifest }): Manifest => {
      const declared = find(groupOf(manifest.apiVersion), manifest.kind, manifest.metadata.name)[0]?.object
      return { ...manifest, spec: manifest.spec ?? declared?.spec }
    })
    expect(whole.flatMap((manifest) => problemsOf(withUids(manifest, () => 'a-uid')))).toEqual([])
    for (const file of readObserved().keys()) expect(file).toMatch(/\.yaml$/)
  })

  it('has a declared object for every status, and declares nothing that people author', () => {
    for (const { manifest } of writes) {
      const declared = find(groupOf(manifest.apiVersion), manifest.kind, manifest.metadata.name)
      expect(declared.length).toBe(manifest.spec === undefined && manifest.data === undefined ? 1 : 0)
    }
  })

  it('keeps one snapshot fresh and one stale, however far the past is moved', () => {
    for (const shiftDays of [0, 400]) {
      const fresh = observedWrites({ now, shiftDays })
        .filter(({ manifest }) => manifest.kind === 'PermissionSnapshot')
        .map(({ manifest }) => specOf<{ snapshotTimestamp: string; freshnessWindowSeconds: number }>(manifest))
        .map((spec) => now.getTime() - Date.parse(spec.snapshotTimestamp) <= spec.freshnessWindowSeconds * 1000)
      expect(new Set(fresh)).toEqual(new Set([false, true]))
    }
  })

  it('gives people the rights of the brief and nobody a write on anything else', () => {
    const asGuardianSees = (kind: string) =>
      [
        ...of(kind),
        ...writes.filter(({ manifest }) => manifest.kind === kind && manifest.spec !== undefined).map(({ manifest }) => manifest),
      ].map((object) => ({
        metadata: object.metadata,
        spec: specOf<Json>(object),
        status: writes.find((w) => w.manifest.kind === kind && w.manifest.metadata.name === object.metadata.name)?.manifest.status as Json,
      }))
    const graph = computeGraph({
      profiles: asGuardianSees('RBACProfile'),
      policies: asGuardianSees('RBACPolicy'),
      permissionSets: asGuardianSees('PermissionSet'),
    })
    const may = (login: string, verb: string, resource = 'relationshipadmissionrequests') =>
      (graph.get('ccs-mgmt')?.get(`oidc:${login}`) ?? []).some((rule) => rule.resource === resource && rule.verbs.includes(verb))
    expect(people.filter(({ login }) => !may(login, 'list'))).toEqual([])
    expect(people.filter(({ login }) => may(login, 'update')).map(({ login }) => login)).toEqual([
      'maria.santos',
      'lena.fischer',
      'amir.khan',
      'root.okello',
    ])
    expect(people.filter(({ login }) => may(login, 'create')).map(({ login }) => login)).toEqual([
      'james.okafor',
      'priya.nair',
      'root.okello',
    ])
    expect(people.filter(({ login }) => may(login, 'update', 'domainpolicies'))).toEqual([])
    const own = graph.get('ccs-mgmt')?.get('system:serviceaccount:vortex-system:vortex') ?? []
    expect(own.flatMap(({ verbs }) => verbs).every((verb) => ['get', 'list', 'watch'].includes(verb))).toBe(true)
    expect(own.length).toBeGreaterThan(30)
  })

  it('is within the role of the identity that writes it', () => {
    type Rule = { apiGroups: string[]; resources: string[]; verbs: string[] }
    const roles = new Map(of('ClusterRole').map((role) => [role.metadata.name, (role as unknown as { rules: Rule[] }).rules]))
    const plurals = new Map(
      [...readDefinitions().values()].map((text) => {
        const { spec } = parse(text) as { spec: { group: string; names: { kind: string; plural: string } } }
        return [`${spec.group} ${spec.names.kind}`, spec.names.plural]
      }),
    )
    type Binding = { roleRef: { name: string }; subjects: { name: string; namespace: string }[] }
    const bindings = of('ClusterRoleBinding').map((binding) => binding as unknown as Binding)
    const rulesOf = (as: Writer): readonly Rule[] =>
      bindings
        .filter(({ subjects }) =>
          subjects.some((one) => one.name === writers[as].serviceAccount && one.namespace === writers[as].namespace),
        )
        .flatMap(({ roleRef }) => roles.get(roleRef.name) ?? [])
    const refused = writes.filter(({ as, manifest }) => {
      const group = groupOf(manifest.apiVersion)
      const plural = plurals.get(`${group} ${manifest.kind}`) ?? `${manifest.kind.toLowerCase()}s`
      const needed = [
        ...(manifest.spec !== undefined || manifest.data !== undefined ? [[plural, 'create'] as const] : []),
        ...(manifest.status === undefined ? [] : [[`${plural}/status`, 'patch'] as const]),
      ]
      return needed.some(
        ([resource, verb]) =>
          !rulesOf(as).some((rule) => rule.apiGroups.includes(group) && rule.resources.includes(resource) && rule.verbs.includes(verb)),
      )
    })
    expect(refused).toEqual([])
    expect(
      Object.values(writers).filter(
        ({ serviceAccount, namespace }) =>
          !of('ServiceAccount').some(({ metadata }) => metadata.name === serviceAccount && metadata.namespace === namespace),
      ),
    ).toEqual([])
  })

  it('renders a zone of the grammar with one stale record and one cluster missing', () => {
    const zones = writes
      .filter(({ manifest }) => manifest.metadata.name === 'dsns-zone')
      .map(({ manifest }) => manifest.data?.['zone.db'] ?? '')
    expect(zones).toHaveLength(2)
    const zone = lexZone(zones[0] ?? '')
    const clusters = of('TalosCluster').map((object) => object.metadata.name)
    expect(zone.unknown).toEqual([])
    expect(lintZone(zone, clusters)).toEqual([])
    const published = new Set(zone.records.filter(({ type }) => type === 'A').map(({ name }) => name))
    expect(clusters.filter((name) => !published.has(name))).toEqual(['ccs-prod-eu'])
    const roles = zone.records.filter(({ name }) => name.startsWith('role.')).map(({ name }) => name.slice(5))
    expect(roles.filter((name) => !clusters.includes(name))).toEqual(['ccs-lab'])
    expect(zone.records.some(({ type, name }) => type === 'NS' && name === 'ccs-edge')).toBe(true)
  })
})

describe('the audit rows and the story', () => {
  it('are forty to eighty rows with distinct sequences and past times', () => {
    const rows = auditRows({ now })
    expect(rows.length).toBeGreaterThanOrEqual(40)
    expect(rows.length).toBeLessThanOrEqual(80)
    expect(new Set(rows.map(({ sequence }) => sequence)).size).toBe(rows.length)
    for (const { at } of rows) expect(at.getTime()).toBeLessThan(now.getTime())
  })

  it('edits files that are there and says something the definition accepts', () => {
    for (const rename of [undefined, (name: string) => `other-${name}`]) {
      const files = new Map(layOut(now, rename).commits.flatMap((commit) => [...commit.files]))
      const steps = story({ now, rename })
      expect(steps.filter((step) => 'path' in step && !files.has(step.path))).toEqual([])
      const edited = steps.flatMap((step) => (step.do === 'commit' ? [parse(step.edit(files.get(step.path) ?? '')) as Manifest] : []))
      expect(edited).toHaveLength(2)
      expect(edited.flatMap(problemsOf)).toEqual([])
    }
  })

  it('lets only people vote whom the policy names for a party, and nobody on what they filed', () => {
    const policy = parsePolicy(repository.get('vortex/policy.yaml') ?? '')
    type Request = { requestedBy: string; participants: Record<'initiator' | 'counterpart', { domainIdentityRef: { name: string } }> }
    const requests = new Map(of('RelationshipAdmissionRequest').map((object) => [object.metadata.name, specOf<Request>(object)]))
    const domains = new Map(
      of('DomainBoundary').map((object) => [object.metadata.name, specOf<{ organizationalScope: string }>(object).organizationalScope]),
    )
    const steps = story({ now })
    expect(steps.filter((step) => 'request' in step && !requests.has(step.request))).toEqual([])
    const refused = steps.filter((step) => {
      if (step.do !== 'vote' || !policy.ok) return false
      const request = requests.get(step.request)
      if (request === undefined || request.requestedBy === step.as) return true
      const parties = Object.values(request.participants).map(({ domainIdentityRef }) => domains.get(domainIdentityRef.name) ?? '')
      return !parties.some((domain) => approversOf(policy.value, domain, now.getTime()).includes(step.as))
    })
    expect(refused).toEqual([])
  })
})

describe('the applications', () => {
  const concepts = Object.entries(CONCEPT).map(([concept, { kind }]) => [concept, of(kind)] as const)
  const facts = Object.fromEntries(concepts) as unknown as ProfileFacts

  it('keep every floor, ceiling and reference; only the feed lacks its audit policy', () => {
    const broken = APP_CONCEPTS.flatMap((concept) =>
      facts[concept].flatMap((object) =>
        checkObject(concept, object, facts)
          .filter(({ severity }) => severity === 'error')
          .map(({ rule, message }) => `${object.kind}/${object.metadata.name} ${rule}: ${message}`),
      ),
    )
    expect(broken).toEqual([])
    expect(facts.appProfile).toHaveLength(7)
    const audited = facts.appAuditPolicy.map(({ metadata }) => metadata.name)
    expect(facts.appProfile.map(({ metadata }) => metadata.name).filter((name) => !audited.includes(name))).toEqual(['mdf-staging'])
  })
})
