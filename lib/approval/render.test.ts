import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { branchName, meaningDigest, sealedDigest } from '#lib/approval/digest.ts'
import { addToSpec } from '#lib/approval/edit-document.ts'
import { documentPath } from '#lib/approval/paths.ts'
import { type AdmissionInput, PLACEHOLDERS, renderAdmission, renderFiles } from '#lib/approval/render.ts'
import type { KubeObject } from '#lib/kube/object.ts'

const spec = {
  participants: { initiator: { domainIdentityRef: { name: 'cs' } }, counterpart: { domainIdentityRef: { name: 'pgw' } } },
  interaction: { relationshipType: 'observes', description: 'Reads events.', bindingType: 'SnapshotBinding', protocol: 'mtls' },
  justification: 'Settlement needs it. It reads only.',
  requestedBy: 'james',
  origin: 'Submitted',
}
const rar: KubeObject = {
  apiVersion: 'seam.ontai.dev/v1alpha1',
  kind: 'RelationshipAdmissionRequest',
  metadata: { name: 'rar-a', namespace: 'seam-system', uid: '12345678-9' },
  spec,
}
const DOCUMENT = `# asked for by settlement
apiVersion: seam.ontai.dev/v1alpha1
kind: RelationshipAdmissionRequest
metadata:
  name: rar-a # the name
  namespace: seam-system
  annotations:
    argocd.argoproj.io/sync-wave: "3"
spec:
    participants:
        initiator: {domainIdentityRef: {name: cs}}
        counterpart: {domainIdentityRef: {name: pgw}}
    interaction:   {relationshipType: observes, description: Reads events., bindingType: SnapshotBinding, protocol: mtls}
    justification: >-
        Settlement needs it.
        It reads only.
    requestedBy: james
    origin: Submitted # first time
`
const input: AdmissionInput = {
  requestId: 'id-1',
  cluster: 'ccs-mgmt',
  rar,
  document: DOCUMENT,
  relationships: [],
  relationshipNamespace: 'ont-system',
  evaluationHash: 'sha256:aa',
}
const recorded = {
  approver: 'lena',
  approverRole: 'approver-trading',
  approvers: 'maria, lena',
  decidedAt: '2026-11-21T03:00:00.000Z',
  governanceEventRef: 'governance/events/id-1.yaml',
  rationale: 'What I checked\nAll of it: yes\n\nHow to undo\n# revert',
  auditEventId: 'vortex-ledger-7',
}
const rendered = (...args: Parameters<typeof renderAdmission>) => {
  const result = renderAdmission(...args)
  if (!result.ok) throw new Error(result.error)
  return result.value
}

describe('the files of an admission', () => {
  it('the decision is added and every other byte of the author stays, comments and layout included', () => {
    const [request] = rendered(input, 'Approved', recorded)
    const added = (request?.after ?? '').split('\n').filter((line) => !DOCUMENT.split('\n').includes(line))
    expect(added).toEqual([
      '    decision:',
      '      outcome: "Approved"',
      '      approver: "lena"',
      '      decidedAt: "2026-11-21T03:00:00.000Z"',
      '      governanceEventRef: "governance/events/id-1.yaml"',
      '      evaluationHash: "sha256:aa"',
    ])
    expect(request?.after?.startsWith(DOCUMENT)).toBe(true)
    expect(parse(request?.after ?? '')).toMatchObject({ spec: { ...spec, decision: { outcome: 'Approved' } } })
  })

  it('the relationship comes in a later wave than the request and depends on it', () => {
    const [, relationship] = rendered(input, 'Approved', recorded)
    expect(relationship?.path).toBe('clusters/ccs-mgmt/ont-system/domainrelationship.core.ontai.dev/cs-observes-pgw.yaml')
    expect(parse(relationship?.after ?? '')).toMatchObject({
      metadata: {
        annotations: {
          'argocd.argoproj.io/sync-wave': '4',
          'config.kubernetes.io/depends-on': 'seam.ontai.dev/namespaces/seam-system/RelationshipAdmissionRequest/rar-a',
        },
      },
      spec: { bindingStability: { boundAt: recorded.decidedAt, bindingState: 'Resolving' } },
    })
  })

  it('the event holds the whole reason and everybody who approved, and no gitRef', () => {
    const event = parse(rendered(input, 'Approved', recorded)[2]?.after ?? '')
    expect(event).toEqual({
      timestamp: recorded.decidedAt,
      actor: 'lena',
      actorRole: 'approver-trading',
      changeType: 'governance',
      layer: 'one',
      fieldChanged: 'spec.decision',
      newValue: 'Approved',
      rationale: { text: recorded.rationale, decisionAuthority: 'maria, lena' },
      auditEventId: 'vortex-ledger-7',
    })
  })

  it('a denial has a decision and an event, and no relationship', () => {
    expect(rendered(input, 'Rejected', recorded).map((file) => file.path)).toEqual([
      documentPath('ccs-mgmt', rar),
      'governance/events/id-1.yaml',
    ])
  })

  it('a request that nobody committed gets a fragment that owns the decision only', () => {
    const [request] = rendered({ ...input, document: undefined }, 'Approved', recorded)
    expect(request?.before).toBeUndefined()
    expect(parse(request?.after ?? '')).toEqual({
      apiVersion: rar.apiVersion,
      kind: rar.kind,
      metadata: { name: rar.metadata.name, namespace: rar.metadata.namespace },
      spec: {
        decision: {
          outcome: 'Approved',
          approver: 'lena',
          decidedAt: recorded.decidedAt,
          governanceEventRef: recorded.governanceEventRef,
          evaluationHash: 'sha256:aa',
        },
      },
    })
  })

  it('what people weigh shows named placeholders for what is recorded at sealing, and nothing else differs', () => {
    const shown = rendered(input, 'Approved')
      .map((file) => file.after ?? '')
      .join('\0')
    const sealed = rendered(input, 'Approved', recorded)
      .map((file) => file.after ?? '')
      .join('\0')
    const names = new Set([...shown.matchAll(/<decision\.\w+>/g)].map(([name]) => name))
    expect(names).toEqual(new Set(Object.values(PLACEHOLDERS)))
    expect(sealed).not.toMatch(/<decision\./)
  })

  it.each([
    ['the repository already holds a decision', `${DOCUMENT}    decision: {outcome: Approved}\n`, /already has spec\.decision/],
    ['the repository and the cluster hold different requests', DOCUMENT.replace('protocol: mtls', 'protocol: rest'), /different specs/],
    ['the document is not YAML', 'a: [', /not valid YAML/],
    ['the document has no spec', 'a: 1', /has no spec/],
  ])('there is no proposal when %s', (_sentence, document, words) => {
    const result = renderAdmission({ ...input, document }, 'Approved')
    expect(result.ok ? '' : result.error).toMatch(words)
  })

  it('a document in flow style is written anew with the same meaning', () => {
    const flow = addToSpec('{spec: {a: 1}, kind: K}', 'decision', { outcome: 'Approved' })
    expect(flow.ok && parse(flow.value)).toEqual({ kind: 'K', spec: { a: 1, decision: { outcome: 'Approved' } } })
  })

  it('a document without a last line end still gets its decision on lines of its own', () => {
    const edited = addToSpec('spec:\n  a: 1', 'decision', { outcome: 'x' })
    expect(edited.ok && edited.value).toBe('spec:\n  a: 1\n  decision:\n    outcome: "x"\n')
  })

  it('keys after the spec keep their place', () => {
    const edited = addToSpec('spec:\n  a: |\n    text\n\n# about the kind\nkind: K\n', 'decision', { outcome: 'x' })
    expect(edited.ok && parse(edited.value)).toEqual({ spec: { a: 'text\n', decision: { outcome: 'x' } }, kind: 'K' })
    expect(edited.ok && edited.value).toContain('# about the kind\nkind: K\n')
  })
})

describe('the files of a profile', () => {
  const files = [{ path: 'clusters/ccs-mgmt/banking/appprofile.app.ontai.dev/a.yaml', before: undefined, after: 'a: 1\n' }]
  it('approved, they are what was proposed and the event', () => {
    expect(renderFiles({ requestId: 'i', fieldChanged: 'spec', files }, 'Approved', recorded).map((file) => file.path)).toEqual([
      files[0]?.path,
      'governance/events/i.yaml',
    ])
  })
  it('denied, only the event', () => {
    expect(renderFiles({ requestId: 'i', fieldChanged: 'spec', files }, 'Rejected', recorded)).toHaveLength(1)
  })
})

describe('digests', () => {
  const meaning = { spec, policies: ['p', 'q'], evaluationHash: 'h', files: [{ path: 'a', after: 'x' }], approvalPolicy: 'r' }
  it.each([
    ['the request', { spec: { ...spec, origin: 'x' } }],
    ['a policy', { policies: ['p', 'other'] }],
    ['the evaluation', { evaluationHash: 'i' }],
    ['a file', { files: [{ path: 'a', after: 'y' }] }],
    ['the approval policy', { approvalPolicy: 's' }],
  ])('a change of %s is another meaning', (_sentence, change) => {
    expect(meaningDigest({ ...meaning, ...change })).not.toBe(meaningDigest(meaning))
  })
  it('the order in which fields are written is no meaning', () => {
    const turned = Object.fromEntries(Object.entries(spec).toReversed())
    expect(meaningDigest({ ...meaning, spec: turned })).toBe(meaningDigest(meaning))
  })
  it('sealed bytes are told apart by path, text and deletion, not by order', () => {
    const [one, two] = [
      { path: 'a', after: '1' },
      { path: 'b', after: undefined },
    ]
    expect(sealedDigest([one, two])).toBe(sealedDigest([two, one]))
    expect(sealedDigest([one])).not.toBe(sealedDigest([one, two]))
    expect(sealedDigest([{ path: 'b', after: '' }])).not.toBe(sealedDigest([two]))
  })
  it('the branch carries the request and the first eight of the digest', () => {
    expect(branchName('rar-a', 'sha256:0123456789')).toBe('vortex/rar-a-01234567')
  })
})
