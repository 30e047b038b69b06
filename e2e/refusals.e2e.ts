import { type Browser, expect, type Page, test } from '@playwright/test'
import { approveButton, box, deafen, decide, denyButton, giveReason, listedAs, openRequest, REASON, tamper, votes } from './decide.ts'
import { copyOf } from './requests.ts'
import { pause, useWorld } from './world.ts'

const world = useWorld()

const OBSERVES = 'rar-cs-observes-pgw'
const EXTENDS = 'rar-cbs-extends-cs'
/** A text of 2,000 characters that does not repeat itself. */
const LONG = Array.from({ length: 400 }, (_, at) => `look${'abcdefghij'.charAt(at / 20)}${'klmnopqrstuvwxyzabcd'.charAt(at % 20)}`)
  .join(' ')
  .slice(0, 2000)

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
      await expect(panel(maria)).toContainText(`"${label}" is empty: it needs at least 10 characters`)
      await expect(box(maria, part)).toHaveAttribute('aria-invalid', 'true')
    }
    await giveReason(maria, { ...REASON, undo: 'no' })
    await denyButton(maria).click()
    await expect(box(maria, 'undo')).toHaveAttribute('aria-invalid', 'true')
    await expect(box(maria, 'undo')).toBeFocused()
    await expect(box(maria, 'checked')).not.toHaveAttribute('aria-invalid', 'true')
    await giveReason(maria, { ...REASON, checked: LONG })
    await approveButton(maria).click()
    await expect(panel(maria)).toContainText('may have at most 2000 characters')
    await expect(box(maria, 'checked')).toHaveValue(LONG)
    await nobodyVoted(maria)
  })

  test('the server says the same when the page is bypassed', async ({ browser }) => {
    const maria = await open(browser, 'maria.santos', OBSERVES)
    for (const [change, words] of [
      [(body: string) => body.replace(REASON.undo, 'no'), '"How to undo" needs at least 10 characters'],
      [(body: string) => body.replace(REASON.checked, LONG), 'may have at most 2000 characters'],
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
    const changed = maria.getByText('The request changed after you opened it', { exact: true }).filter({ visible: true })
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

test.describe('fail closed: deciding closes with words, reading goes on, and it heals by itself', () => {
  const REQUEST = 'rar-kyc-observes-cs'
  /** An answer of Guardian still counts for so long (decisions.md 4). */
  const ANSWER_AGE_MAX_MS = 5_000
  const heals = async (page: Page): Promise<void> => {
    await expect(async () => {
      await page.reload()
      await expect(denyButton(page)).not.toHaveAttribute('aria-disabled', { timeout: 3_000 })
    }).toPass({ timeout: 60_000 })
  }
  const reads = (page: Page): Promise<void> => expect(page.locator('#proposal')).toContainText('domainrelationship.core.ontai.dev')

  for (const mode of ['down', 'silent'])
    test(`Guardian is ${mode}`, async ({ browser }) => {
      const lena = await open(browser, 'lena.fischer', REQUEST)
      await deafen(lena)
      await lena.reload()
      await giveReason(lena)
      await world.fault('guardian', mode)
      try {
        await pause(ANSWER_AGE_MAX_MS + 1_000)
        await denyButton(lena).click()
        await expect(panel(lena)).toContainText('Guardian did not answer', { timeout: 30_000 })
        await expect(box(lena, 'undo')).toHaveValue(REASON.undo)
        await expect(async () => {
          await lena.reload()
          await blocked(lena)
        }).toPass({ timeout: 60_000 })
        await expect(panel(lena)).toContainText('Votes are closed until it does.')
        await reads(lena)
      } finally {
        await world.fault('guardian', 'none')
      }
      await heals(lena)
      await expect(votes(lena)).not.toContainText('lena.fischer denied')
    })

  test('the API server refuses', async ({ browser }) => {
    const lena = await open(browser, 'lena.fischer', REQUEST)
    await world.fault('kube', 'refuse')
    try {
      await expect(async () => {
        await lena.reload()
        await blocked(lena)
      }).toPass({ timeout: 60_000 })
      await expect(panel(lena)).toContainText('deciding is closed while a source is silent or old: Kubernetes')
      await reads(lena)
    } finally {
      await world.fault('kube', 'none')
    }
    await heals(lena)
  })

  const POLICY_FILE = 'vortex/policy.yaml'
  const closes = async (page: Page, words: readonly string[]): Promise<void> => {
    await expect(async () => {
      await page.reload()
      await blocked(page)
      for (const word of ['deciding is closed: ', ...words]) await expect(panel(page)).toContainText(word, { timeout: 2_000 })
    }).toPass({ timeout: 60_000 })
  }

  test('the policy file on main is broken, then gone, then back', async ({ browser }) => {
    // Four times the file changes and the page is looked at until it says so, each with an end of its own.
    test.setTimeout(300_000)
    const lena = await open(browser, 'lena.fischer', REQUEST)
    const good = (await world.git('show', `main:${POLICY_FILE}`)).toString()
    try {
      await world.commit('root.okello', 'Break the policy', POLICY_FILE, () =>
        good.replace('overall: {quorum: 2}', 'overall: {quorum: [2}'),
      )
      await closes(lena, [POLICY_FILE, 'line'])
      await world.commit('root.okello', 'Ask for a quorum of none', POLICY_FILE, () =>
        good.replace('overall: {quorum: 2}', 'overall: {quorum: none}'),
      )
      await closes(lena, [POLICY_FILE, 'overall.quorum'])
      await world.commit('root.okello', 'Write a right that nobody knows', POLICY_FILE, () => `${good}superusers: [root.okello]\n`)
      await closes(lena, [POLICY_FILE, 'superusers'])
      await world.commit('root.okello', 'Remove the policy', POLICY_FILE, () => undefined)
      await expect(async () => {
        await closes(lena, [POLICY_FILE])
        await expect(panel(lena)).not.toContainText('superusers', { timeout: 1_000 })
      }).toPass({ timeout: 60_000 })
      // Without a policy there are no files to sign, but what is asked and by whom can be read.
      await expect(lena.getByRole('heading', { name: 'Initiator' })).toBeVisible()
    } finally {
      await world.commit('root.okello', 'Put the policy back', POLICY_FILE, () => good)
    }
    await heals(lena)
  })

  test('Git refuses: the decision is sealed all the same, delivery waits and catches up', async ({ browser }) => {
    const name = world.named('rar-kyc-depends-on-fraud')
    const maria = await open(browser, 'maria.santos', 'rar-kyc-depends-on-fraud')
    await world.fault('git', 'refuse')
    const branches = async (): Promise<string> => world.git('for-each-ref', '--format=%(refname:short)', `refs/heads/vortex/${name}-*`)
    try {
      await decide(maria, 'approve')
      await expect(panel(maria)).toContainText('Final. To undo it, make a new request.')
      expect(await branches()).toBe('')
    } finally {
      await world.fault('git', 'none')
    }
    await expect.poll(branches, { timeout: 60_000 }).toContain(name)
    expect((await branches()).trim().split('\n')).toHaveLength(1)
  })
})

test.describe('text of others', () => {
  type Participants = { initiator: { domainIdentityRef: { name: string } }; counterpart: { domainIdentityRef: { name: string } } }

  test('HTML, bidi and zero-width characters are shown and do nothing', async ({ browser }) => {
    const evil =
      '<img src=x onerror="document.title=1"><script>document.title=1</script> \u202Ereversed\u202C zero\u200Bwidth </blockquote><h1>Approved</h1>'
    const created = await world.kube(
      'admin',
      'POST',
      world.rarPath(),
      await copyOf(world, 'rar-evil-text', 'rar-cs-observes-pgw', (spec) => ({ ...spec, justification: evil })),
    )
    expect(created.status).toBe(201)
    const lena = await world.as(browser, 'lena.fischer')
    await expect.poll(() => listedAs(lena, 'rar-evil-text', 'Your turn'), { timeout: 30_000 }).toBeDefined()
    const alerts: string[] = []
    lena.on('dialog', (dialog) => void alerts.push(dialog.message()))
    await openRequest(lena, 'rar-evil-text')
    const words = lena.locator('blockquote').filter({ hasText: 'onerror' })
    await expect(words).toContainText('<script>document.title=1</script>')
    await expect(words).toContainText('⟦U+202E⟧reversed⟦U+202C⟧ zero⟦U+200B⟧width')
    await expect(words.locator('img, script, h1')).toHaveCount(0)
    expect(await lena.title()).not.toBe('1')
    expect(alerts).toEqual([])
    expect(await lena.locator('h1').count()).toBe(1)
  })

  test('unknown participants: no party, so nobody can approve, and the page says so', async ({ browser }) => {
    const made = await copyOf(world, 'rar-nobody-known', 'rar-cs-observes-pgw', (spec) => {
      const participants = spec['participants'] as Participants // safe: the kind's own shape
      for (const party of [participants.initiator, participants.counterpart]) {
        party.domainIdentityRef.name = `unknown-${party.domainIdentityRef.name}`
      }
      return spec
    })
    expect((await world.kube('admin', 'POST', world.rarPath(), made)).status).toBe(201)
    const lena = await world.as(browser, 'lena.fischer')
    await expect.poll(() => listedAs(lena, 'rar-nobody-known', 'Waiting on others'), { timeout: 30_000 }).toBeDefined()
    await openRequest(lena, 'rar-nobody-known', 'Waiting on others')
    await expect(approveButton(lena)).toHaveAttribute('aria-disabled', 'true')
    await expect(lena.getByText('No party, so nobody can approve').first()).toBeVisible()
  })

  test('two times the same participant is refused by the API server', async () => {
    const made = await copyOf(world, 'rar-with-itself', 'rar-cs-observes-pgw', (spec) => {
      const participants = spec['participants'] as Participants // safe: the kind's own shape
      return { ...spec, participants: { initiator: participants.initiator, counterpart: participants.initiator } }
    })
    const answer = await world.kube('admin', 'POST', world.rarPath(), made)
    expect(answer.status).toBe(422)
    expect(await world.rar('rar-with-itself')).toBeUndefined()
  })
})

test('a denial to its end: approving is closed by a rule, denying is open, and the cluster says Rejected', async ({ browser }) => {
  const name = world.named('rar-los-governs-cbs')
  const maria = await open(browser, 'maria.santos', 'rar-los-governs-cbs')
  await expect(approveButton(maria)).toHaveAttribute('aria-disabled', 'true')
  await expect(denyButton(maria)).not.toHaveAttribute('aria-disabled')
  await expect(panel(maria)).toContainText('approving is closed while a rule is violated (E6)')
  const id = new URL(maria.url()).pathname.split('/').at(-1) ?? ''
  await decide(maria, 'deny')
  await expect(panel(maria)).toContainText('Denied')

  const branch = async (): Promise<string> =>
    (await world.git('for-each-ref', '--format=%(refname:short)', `refs/heads/vortex/${name}-*`)).trim()
  await expect.poll(branch, { timeout: 60_000 }).toContain(name)
  const paths = (await world.git('diff', '--name-only', 'main', await branch())).trim().split('\n')
  expect(paths.toSorted()).toEqual([
    expect.stringMatching(new RegExp(`relationshipadmissionrequest\\.${world.group()}/${name}\\.yaml$`)),
    `governance/events/${id}.yaml`,
  ])
  const james = await world.as(browser, 'james.okafor')
  await james.goto(new URL(`/deliveries/${id}`, james.url()).href)
  await james.getByRole('button', { name: /^Merge/ }).click()
  await expect.poll(async () => (await world.rar(name))?.status?.phase, { timeout: 60_000 }).toBe('Rejected')
  const after = await world.rar(name)
  expect(after?.spec.decision).toMatchObject({ outcome: 'Rejected', approver: 'maria.santos' })
  expect(after?.status?.relationshipRef).toBeUndefined()
})
