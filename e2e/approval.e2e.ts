import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { relationshipPath } from './cluster.ts'
import { approveButton, decide, openRequest, REASON, votes } from './decide.ts'
import { readLedger } from './ledger.ts'
import { filledIn, shownFiles } from './shown-files.ts'
import { useWorld } from './world.ts'

const run = promisify(execFile)
const world = useWorld()
const rar = () => world.named('rar-cs-observes-pgw')
const has = (command: string, ...args: readonly string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    (error: { code?: unknown }) => error.code !== 'ENOENT',
  )

test.describe.configure({ mode: 'serial' })

let address = ''
let proposal = ''
let shown: ReadonlyMap<string, string> = new Map()
const id = () => address.split('/').at(-1) ?? ''
const trailers = (message: string, key: string): readonly string[] =>
  [...message.matchAll(new RegExp(`^${key}: (.*)$`, 'gm'))].map(([, value = '']) => value)

test('an approver of each domain approves with a reason, and the last needed vote seals', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  await openRequest(maria, rar())
  address = maria.url()
  shown = await shownFiles(maria)
  expect(shown.size).toBe(3)
  await decide(maria, 'approve')
  await expect(votes(maria)).toContainText('maria.santos approved')

  const lena = await world.as(browser, 'lena.fischer')
  await openRequest(lena, rar())
  await expect(votes(lena)).toContainText(REASON.checked)
  await expect(approveButton(lena)).not.toHaveAttribute('aria-disabled')
  await decide(lena, 'approve')
  await expect(lena.getByText('Final. To undo it, make a new request.').filter({ visible: true })).toBeVisible()
  expect((await world.rar(rar()))?.spec.decision).toBeUndefined()

  // The first page heard of it without being loaded again.
  await expect(maria.getByText('Final. To undo it, make a new request.').filter({ visible: true })).toBeVisible()
})

test('exactly what the page showed stands on a signed branch, with its trailers', async () => {
  const branches = async (): Promise<readonly string[]> =>
    (await world.git('for-each-ref', '--format=%(refname:short)', `refs/heads/vortex/${rar()}-*`)).split('\n').filter(Boolean)
  await expect.poll(async () => (await branches()).length, { timeout: 30_000 }).toBe(1)
  const [branch = ''] = await branches()
  proposal = (await world.git('rev-parse', branch)).trim()
  const message = await world.git('log', '-1', '--format=%B', proposal)
  expect(trailers(message, 'Vortex-Request')).toEqual([id()])
  expect(trailers(message, 'Vortex-Digest')).toHaveLength(1)
  expect(branch.endsWith(`-${trailers(message, 'Vortex-Digest')[0]?.replace('sha256:', '').slice(0, 8)}`)).toBe(true)
  expect(trailers(message, 'Vortex-Ledger')).toEqual([expect.stringMatching(/^\d+$/)])
  const approvers = trailers(message, 'Approved-by').map((who) => /<(.*)>$/.exec(who)?.[1] ?? who)
  expect(approvers.toSorted()).toEqual(['lena.fischer@fintech.example', 'maria.santos@fintech.example'])

  const paths = (await world.git('diff', '--name-only', 'main', proposal)).trim().split('\n').toSorted()
  expect(paths).toEqual([...shown.keys()].toSorted())
  expect(paths.filter((path) => path.includes('/domainrelationship.core.ontai.dev/'))).toHaveLength(1)
  expect(paths.filter((path) => path.endsWith(`/relationshipadmissionrequest.${world.group()}/${rar()}.yaml`))).toHaveLength(1)
  expect(paths).toContain(`governance/events/${id()}.yaml`)
  const filled: Record<string, unknown> = {}
  for (const [path, text] of shown) {
    const sealed = (await world.repository.bytes(proposal, path))?.toString('utf8') ?? ''
    const found = filledIn(text, sealed)
    expect(found, `${path} is what was shown:\n${text}\n---\n${sealed}`).toBeDefined()
    Object.assign(filled, found)
  }
  expect(filled).toMatchObject({ approver: 'lena.fischer', governanceEventRef: `governance/events/${id()}.yaml` })
  expect(filled['rationale']).toBe(
    `What I checked\n${REASON.checked}\n\nWhy it is acceptable\n${REASON.acceptable}\n\nHow to undo\n${REASON.undo}`,
  )
  expect(filled['approvers']).toMatch(/lena\.fischer/)
  expect(filled['approvers']).toMatch(/maria\.santos/)
})

test('git verifies the signature of the proposal', async () => {
  expect(await world.git('cat-file', 'commit', proposal)).toContain('gpgsig -----BEGIN SSH SIGNATURE-----')
  test.skip(!(await has('ssh-keygen', '-?')), 'no ssh-keygen on this machine')
  const signers = join(world.directory(), 'allowed_signers')
  await writeFile(signers, await world.git('show', 'main:vortex/allowed_signers'))
  await world.git('-c', `gpg.ssh.allowedSignersFile=${signers}`, 'verify-commit', proposal)
})

test('a person whom the policy allows merges, and the page follows it to Admitted', async ({ browser }) => {
  const james = await world.as(browser, 'james.okafor')
  await james.goto(new URL('/deliveries', james.url()).href)
  await james.locator(`a[href="/deliveries/${id()}"]`).first().click()
  const merge = james.getByRole('button', { name: /^Merge/ })
  await expect(merge).not.toHaveAttribute('aria-disabled')
  await merge.click()
  await expect.poll(async () => (await world.rar(rar()))?.status?.phase, { timeout: 45_000 }).toBe('Admitted')
  const after = await world.rar(rar())
  expect(after?.spec.decision).toMatchObject({
    outcome: 'Approved',
    approver: 'lena.fischer',
    evaluationHash: after?.status?.evaluation?.evaluationHash,
    governanceEventRef: `governance/events/${id()}.yaml`,
  })
  const relationship = await world.object(relationshipPath(after?.status?.relationshipRef?.name ?? ''))
  expect(relationship).toMatchObject({ spec: { relationshipType: 'observes' } })
  const steps = james.getByRole('listitem').filter({ hasText: /^Admitted/ })
  await expect(steps.first()).toContainText('done', { timeout: 20_000 })
})

test('main has it once, by a merge that the person asked for', async () => {
  const merges = await world.git('log', '--first-parent', '--format=%H %P', `--grep=^Vortex-Request: ${id()}$`, 'main')
  expect(merges.trim().split('\n')).toHaveLength(1)
  const [merge = '', , second] = merges.trim().split(' ')
  expect(second).toBe(proposal)
  expect(trailers(await world.git('log', '-1', '--format=%B', merge), 'Merge-requested-by')).toEqual(['james.okafor'])
  for (const path of shown.keys()) expect(await world.repository.bytes('main', path)).toEqual(await world.repository.bytes(proposal, path))
})

test('the page of the request as an object says in which generation of the platform it is served', async ({ browser }) => {
  const noor = await world.as(browser, 'noor.haddad')
  const path = `/objects/ccs-mgmt/${world.group()}/RelationshipAdmissionRequest/seam-system/${rar()}`
  await noor.goto(new URL(path, noor.url()).href)
  await expect(noor.getByRole('heading', { level: 1 })).toContainText(rar())
  await expect(noor.getByText(`Generation ${world.generation()}`, { exact: true }).filter({ visible: true })).toBeVisible()
  await expect(noor.getByRole('region', { name: 'Summary' })).toContainText('Admitted')
})

test('kubectl shows the same', async () => {
  test.skip(!(await has('kubectl', 'version', '--client')), 'no kubectl on this machine')
  const { stdout } = await run('kubectl', ['--kubeconfig', world.info().kubernetes.kubeconfig, '-n', 'seam-system', 'get', 'rar', rar()])
  expect(stdout).toMatch(/Admitted/)
})

test('the ledger tells it in order, and every hash is right', async ({ browser }) => {
  const noor = await world.as(browser, 'noor.haddad')
  await noor.goto(address)
  await expect(votes(noor)).toContainText('lena.fischer approved')
  const entries = await readLedger(noor, id())
  const actions = entries.map(({ action, actor }) => `${action} ${actor}`)
  const told = [
    'relationship.requested system',
    'review.approved maria.santos',
    'review.approved lena.fischer',
    'relationship.approved lena.fischer',
    'manifest.committed system',
    'manifest.merge-requested james.okafor',
    'manifest.merge.pushed system',
    'manifest.merged system',
    'manifest.applied.observed system',
    'relationship.outcome.observed system',
  ]
  expect(actions.filter((action) => told.includes(action))).toEqual(expect.arrayContaining(told))
  const at = (action: string): number => actions.findIndex((one) => one.startsWith(`${action} `))
  const order = [
    'relationship.requested',
    'review.approved',
    'relationship.approved',
    'manifest.committed',
    'manifest.merge-requested',
    'manifest.merged',
    'manifest.applied.observed',
    'relationship.outcome.observed',
  ].map(at)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  for (const action of new Set(actions))
    expect(
      actions.filter((one) => one === action),
      `${action} stands once`,
    ).toHaveLength(1)
})

test('whoever may file a request asks for undoing it: the deletion is shown first, and both domains are asked', async ({ browser }) => {
  const james = await world.as(browser, 'james.okafor')
  await james.goto(address)
  await james.getByRole('link', { name: 'Undo this' }).click()
  const relationship = [...shown.keys()].find((path) => path.includes('/domainrelationship.core.ontai.dev/')) ?? ''
  const deletion = james.getByRole('region', { name: `Changes in ${relationship}` })
  await expect(deletion).toContainText('deleted')
  await expect(james.locator('#proposal section')).toHaveCount(1)
  await james.getByLabel('Why it is undone').fill('Settlement no longer reads the notices of the gateway.')
  await james.getByRole('button', { name: 'Send for approval' }).click()
  // What streams in stands hidden beside its place for a moment.
  await expect(james.getByText(/^Undoes /).filter({ visible: true })).toContainText(rar())
  await expect(deletion).toContainText('deleted')
  const undo = new URL(james.url()).pathname
  for (const login of ['maria.santos', 'lena.fischer']) {
    const approver = await world.as(browser, login)
    await approver.goto(new URL('/approvals', approver.url()).href)
    await expect(approver.locator(`a[href="${undo}"]`).first()).toBeVisible()
  }
  await james.goto(address)
  await expect(james.getByText(/^To be undone by /).filter({ visible: true })).toBeVisible()
  await expect(james.getByRole('button', { name: 'Undo this' })).toHaveAttribute('aria-disabled', 'true')
})
