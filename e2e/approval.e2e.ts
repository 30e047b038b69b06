import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { approveButton, giveReason, openRequest } from './decide.ts'
import { useWorld } from './world.ts'

const run = promisify(execFile)
const world = useWorld()
const rar = () => world.named('rar-cs-observes-pgw')

test.describe.configure({ mode: 'serial' })

type Rar = {
  spec: { decision?: Record<string, string> }
  status: { phase: string; relationshipRef?: { name: string }; evaluation: { evaluationHash: string } }
}
const request = async (): Promise<Rar> =>
  (await world.object(`/apis/seam.ontai.dev/v1alpha1/namespaces/seam-system/relationshipadmissionrequests/${rar()}`)) as unknown as Rar

let address = ''

test('an approver of each domain approves with a reason, and the last needed vote seals', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  await openRequest(maria, rar())
  address = maria.url()
  await giveReason(maria)
  await approveButton(maria).click()
  await expect(maria.getByText(/1 of 2|1 \/ 2/).first()).toBeVisible()

  const lena = await world.as(browser, 'lena.fischer')
  await openRequest(lena, rar())
  await giveReason(lena)
  await approveButton(lena).click()
  await expect(lena.getByText(/Proposed/).first()).toBeVisible()
  expect((await request()).spec.decision).toBeUndefined()
})

test('the approved bytes stand on a signed branch with their trailers, and nothing else', async () => {
  await expect.poll(async () => world.git('branch', '--list', 'vortex/*'), { timeout: 30_000 }).toContain(rar())
  const branch = (await world.git('branch', '--list', `vortex/${rar()}-*`)).trim().replace(/^\* /, '')
  const message = await world.git('log', '-1', '--format=%B', branch)
  for (const trailer of ['Vortex-Request', 'Vortex-Digest', 'Vortex-Ledger'])
    expect(message.match(new RegExp(`^${trailer}: `, 'gm'))).toHaveLength(1)
  expect(message.match(/^Approved-by: /gm)).toHaveLength(2)
  expect(await world.git('cat-file', 'commit', branch)).toContain('gpgsig -----BEGIN SSH SIGNATURE-----')
  const paths = (await world.git('diff', '--name-only', 'main', branch)).trim().split('\n').sort()
  expect(paths).toHaveLength(3)
  expect(paths.filter((path) => path.includes('domainrelationship.core.ontai.dev'))).toHaveLength(1)
  expect(paths.filter((path) => path.endsWith(`relationshipadmissionrequest.seam.ontai.dev/${rar()}.yaml`))).toHaveLength(1)
  expect(paths.filter((path) => path.startsWith('governance/events/'))).toHaveLength(1)
})

test('a person whom the policy allows merges, and the page follows it to Admitted', async ({ browser }) => {
  const james = await world.as(browser, 'james.okafor')
  await james.goto(new URL('/deliveries', james.url()).href)
  await james
    .getByRole('link', { name: new RegExp(rar()) })
    .first()
    .click()
  const merge = james.getByRole('button', { name: /^Merge/ })
  await expect(merge).toBeEnabled()
  await merge.click()
  await expect.poll(async () => (await request()).status.phase, { timeout: 45_000 }).toBe('Admitted')
  const after = await request()
  expect(after.spec.decision).toMatchObject({
    outcome: 'Approved',
    approver: 'lena.fischer',
    evaluationHash: after.status.evaluation.evaluationHash,
  })
  const relationship = await world.object(
    `/apis/core.ontai.dev/v1alpha1/namespaces/ont-system/domainrelationships/${after.status.relationshipRef?.name ?? ''}`,
  )
  expect(relationship).toMatchObject({ spec: { relationshipType: 'observes' } })
  await expect(james.getByText('Admitted').first()).toBeVisible()
})

test('what is committed is what was sealed, and git accepts the signature', async () => {
  const log = await world.git('log', '--first-parent', '-1', '--format=%H %P', 'main')
  const [, , proposal] = log.trim().split(' ')
  expect(proposal).toBeDefined()
  const signers = `${world.directory()}/allowed_signers`
  const { writeFile } = await import('node:fs/promises')
  await writeFile(signers, await world.git('show', 'main:vortex/allowed_signers'))
  const verified = await run('git', [
    '-C',
    world.info().git.path,
    '-c',
    `gpg.ssh.allowedSignersFile=${signers}`,
    'verify-commit',
    proposal ?? '',
  ]).then(
    () => 'good',
    (error: { stderr: string }) => error.stderr,
  )
  const hasSshKeygen = await run('ssh-keygen', ['-?']).then(
    () => true,
    (error: { code?: unknown }) => error.code !== 'ENOENT',
  )
  if (hasSshKeygen) expect(verified).toBe('good')
})

test('kubectl shows the same', async () => {
  const kubectl = await run('kubectl', ['version', '--client']).then(
    () => true,
    () => false,
  )
  test.skip(!kubectl, 'no kubectl on this machine')
  const { stdout } = await run('kubectl', ['--kubeconfig', world.info().kubernetes.kubeconfig, '-n', 'seam-system', 'get', 'rar', rar()])
  expect(stdout).toMatch(/Admitted/)
})

test('the history and the ledger tell it in order', async ({ browser }) => {
  const noor = await world.as(browser, 'noor.haddad')
  await noor.goto(address)
  await expect(noor.getByText('lena.fischer').first()).toBeVisible()
  await noor.goto(new URL(`/ledger?q=${rar()}`, noor.url()).href)
  await expect(noor.getByRole('heading', { name: 'Ledger' })).toBeVisible()
})
