import { type Browser, expect, type Page, test } from '@playwright/test'
import { approveButton, box, deafen, decide, denyButton, giveReason, openRequest, REASON, tamper, votes } from './decide.ts'
import { useWorld } from './world.ts'

const world = useWorld()

const OBSERVES = 'rar-cs-observes-pgw'
const EXTENDS = 'rar-cbs-extends-cs'

const open = async (browser: Browser, login: string, name: string, tab?: 'Your turn' | 'Waiting on others' | 'Decided'): Promise<Page> => {
  const page = await world.as(browser, login)
  await openRequest(page, world.named(name), tab)
  return page
}
const blocked = async (page: Page): Promise<void> => {
  for (const button of [approveButton(page), denyButton(page)]) await expect(button).toHaveAttribute('aria-disabled', 'true')
}
/** What the page says about deciding. */
const panel = (page: Page) => page.locator('#decide')
const nobodyVoted = (page: Page): Promise<void> => expect(votes(page)).toContainText('Nobody has voted.')

test.describe('who may not decide', () => {
  test('a contributor: the page says why, and who could', async ({ browser }) => {
    const amir = await open(browser, 'amir.khan', EXTENDS, 'Waiting on others')
    await blocked(amir)
    await expect(panel(amir)).toContainText('nobody who contributed may decide')
    await expect(panel(amir)).toContainText('lena.fischer and maria.santos')
  })

  for (const login of ['priya.nair', 'noor.haddad'])
    test(`somebody whom the policy does not name: ${login}`, async ({ browser }) => {
      const page = await open(browser, login, OBSERVES, 'Waiting on others')
      await blocked(page)
      await expect(panel(page)).toContainText('vortex/policy.yaml does not name you for')
      await expect(panel(page)).toContainText('These people can: lena.fischer and maria.santos.')
    })

  test('nobody at all, with or without a forged cookie or a token of the cluster', async ({ browser }) => {
    const maria = await open(browser, 'maria.santos', OBSERVES)
    await giveReason(maria)
    const vote = maria.waitForRequest((request) => request.method() === 'POST' && /\/approvals\//.test(request.url()))
    await maria.route(/\/approvals\/[0-9a-f-]+$/, (route, request) => (request.method() === 'POST' ? route.abort() : route.fallback()))
    await approveButton(maria).click()
    const meant = await vote
    await expect(panel(maria)).toContainText('The portal did not answer.')
    const headers = Object.fromEntries(
      Object.entries(await meant.allHeaders()).filter(
        ([name]) => !name.startsWith(':') && !['cookie', 'content-length', 'host'].includes(name),
      ),
    )
    const ask = (extra: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(meant.url(), { method: 'POST', headers: { ...headers, ...extra }, body: meant.postData(), redirect: 'manual' })
    const bare = await ask({})
    expect(bare.status).toBe(307)
    expect(bare.headers.get('location')).toContain('/signin')
    const machine = await ask({ authorization: `Bearer ${world.info().git.token}` })
    expect(machine.status).toBe(307)
    const forged = await ask({ cookie: 'next-auth.session-token=eyJhbGciOiJkaXIifQ..x.y.z' })
    expect(await forged.text()).toContain('"unauthenticated"')
    for (const path of ['/api/approvals', '/api/topology', '/api/stream', '/api/sources'])
      expect({ path, status: (await fetch(new URL(path, meant.url()))).status }).toEqual({ path, status: 401 })
    const noor = await open(browser, 'noor.haddad', OBSERVES, 'Waiting on others')
    await nobodyVoted(noor)
  })
})

test.describe('what is not a reason', () => {
  test('missing, short or too long: the field is named, what was typed stays, nothing is recorded', async ({ browser }) => {
    const maria = await open(browser, 'maria.santos', OBSERVES)
    await approveButton(maria).click()
    for (const [part, label] of [
      ['checked', 'What I checked'],
      ['acceptable', 'Why it is acceptable'],
      ['undo', 'How to undo'],
    ] as const) {
      await expect(panel(maria)).toContainText(`"${label}" needs at least 10 characters`)
      await expect(box(maria, part)).toHaveAttribute('aria-invalid', 'true')
    }
    await giveReason(maria, { ...REASON, undo: 'no' })
    await denyButton(maria).click()
    await expect(box(maria, 'undo')).toHaveAttribute('aria-invalid', 'true')
    await expect(box(maria, 'undo')).toBeFocused()
    await expect(box(maria, 'checked')).not.toHaveAttribute('aria-invalid', 'true')
    await giveReason(maria, { ...REASON, checked: 'x'.repeat(2000) })
    await approveButton(maria).click()
    await expect(panel(maria)).toContainText('may have at most 2000 characters')
    await expect(box(maria, 'checked')).toHaveValue('x'.repeat(2000))
    await nobodyVoted(maria)
  })

  test('the server says the same when the page is bypassed', async ({ browser }) => {
    const maria = await open(browser, 'maria.santos', OBSERVES)
    for (const [change, words] of [
      [(body: string) => body.replace(REASON.undo, 'no'), '"How to undo" needs at least 10 characters'],
      [(body: string) => body.replace(REASON.checked, 'x'.repeat(2000)), 'may have at most 2000 characters'],
    ] as const) {
      await giveReason(maria)
      await tamper(maria, change)
      await approveButton(maria).click()
      await expect(panel(maria)).toContainText(words)
    }
    await nobodyVoted(maria)
  })
})

test.describe('a vote names what was seen', () => {
  const POLICY = 'clusters/ccs-mgmt/ont-system/domainpolicy.core.ontai.dev'
  const REQUEST = 'rar-los-depends-on-pgw'
  const lower = (text: string | undefined): string => {
    const [line = '', limit = ''] = /rateLimitRequestsPerSecond: (\d+)/.exec(text ?? '') ?? []
    return (text ?? '').replace(line, `rateLimitRequestsPerSecond: ${Number(limit) - 1}`)
  }

  test('a policy changes while the page is open: what changed is shown first, and the text is kept', async ({ browser }) => {
    const maria = await open(browser, 'maria.santos', REQUEST)
    await giveReason(maria)
    await world.commit('priya.nair', 'Lower the rate of the gateway', `${POLICY}/${world.named('pgw-production')}.yaml`, lower)
    const changed = maria.getByText('The request changed after you opened it', { exact: true })
    await expect(changed).toBeVisible({ timeout: 30_000 })
    await expect(panel(maria)).toContainText('rateLimitRequestsPerSecond')
    await blocked(maria)
    for (const part of ['checked', 'acceptable', 'undo'] as const) await expect(box(maria, part)).toHaveValue(REASON[part])
    await maria.getByRole('button', { name: 'I have read the change' }).click()
    await expect(changed).toBeHidden()
    await expect(box(maria, 'checked')).toHaveValue(REASON.checked)
    await expect(approveButton(maria)).not.toHaveAttribute('aria-disabled')
    await nobodyVoted(maria)
  })

  test('a page that heard nothing of the change is refused by the server, and keeps the text', async ({ browser }) => {
    const maria = await open(browser, 'maria.santos', REQUEST)
    await deafen(maria)
    await maria.reload()
    await giveReason(maria)
    const before = await world.rar(world.named(REQUEST))
    await world.commit('priya.nair', 'Lower the rate of the gateway again', `${POLICY}/${world.named('pgw-production')}.yaml`, lower)
    await expect
      .poll(async () => (await world.rar(world.named(REQUEST)))?.status?.evaluation?.evaluationHash, { timeout: 30_000 })
      .not.toBe(before?.status?.evaluation?.evaluationHash)
    await approveButton(maria).click()
    await expect(panel(maria)).toContainText('The request changed after you opened it')
    await expect(box(maria, 'undo')).toHaveValue(REASON.undo)
    await nobodyVoted(maria)
  })

  test('the approval policy itself changes: the same', async ({ browser }) => {
    const maria = await open(browser, 'maria.santos', REQUEST)
    await deafen(maria)
    await maria.reload()
    await giveReason(maria)
    await world.commit('root.okello', 'Give people a day more', 'vortex/policy.yaml', (text) =>
      (text ?? '').replace('decideBy: P5D', 'decideBy: P6D'),
    )
    await denyButton(maria).click()
    await expect(panel(maria)).toContainText('The request changed after you opened it', { timeout: 30_000 })
    await expect(box(maria, 'checked')).toHaveValue(REASON.checked)
    await nobodyVoted(maria)
  })
})

test.describe('one person, one vote, until it is sealed', () => {
  const REQUEST = 'rar-fraud-depends-on-mdf'

  test('twice from two tabs counts once', async ({ browser }) => {
    const first = await open(browser, 'maria.santos', REQUEST)
    const second = await open(browser, 'maria.santos', REQUEST)
    await deafen(second)
    await second.reload()
    await giveReason(second)
    await decide(first, 'approve')
    await approveButton(second).click()
    await expect(panel(second)).toContainText('You have already voted to approve.')
    await first.reload()
    await expect(votes(first)).toContainText('1 counted')
  })

  test('after sealing nothing counts any more', async ({ browser }) => {
    const late = await open(browser, 'amir.khan', REQUEST)
    await deafen(late)
    await late.reload()
    await giveReason(late)
    const lena = await open(browser, 'lena.fischer', REQUEST)
    await decide(lena, 'deny')
    await approveButton(late).click()
    await expect(panel(late)).toContainText('Final. To undo it, make a new request.')
    await expect(votes(late)).not.toContainText('amir.khan')
    await lena.reload()
    await expect(votes(lena)).toContainText('lena.fischer denied')
    await expect(approveButton(lena)).toHaveCount(0)
  })
})
