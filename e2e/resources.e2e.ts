import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Page, test } from '@playwright/test'
import { useWorld } from './world.ts'

const world = useWorld()

const RELATIONSHIPS = '/apis/core.ontai.dev/v1alpha1/domainrelationships'
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const rows = (page: Page) => page.locator('main table tbody tr:has(.row-link)')
const names = (page: Page) => page.locator('main table .row-link').allTextContents()

/** Pages that the server was asked to draw since. */
function drawn(page: Page): () => readonly string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('_rsc') || request.isNavigationRequest()) asked.push(request.url())
  })
  return () => asked
}

async function relationships(): Promise<readonly string[]> {
  const { body } = await world.kube('admin', 'GET', RELATIONSHIPS)
  const items = body['items'] as readonly { readonly metadata: { readonly name: string } }[] // safe: a list of a kind that exists
  return items.map(({ metadata }) => metadata.name).toSorted()
}

test('from all kinds to one object: filtered, sorted, restricted and never short of one', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  await expect(maria.getByText('Live', { exact: true }), 'keys are heard once the page has come to life').toBeVisible()
  await maria.keyboard.press('g')
  await maria.keyboard.press('r')
  await expect(maria).toHaveURL(/\/resources$/)
  await expect(maria.getByRole('table', { name: 'Platform' }).getByText(`Generation ${world.generation()}`).first()).toBeVisible()
  await maria.getByText('Show them and the names that were looked for').click()
  await expect(maria.getByText('PackDelivery.seam.ontai.dev', { exact: false })).toBeVisible()

  const all = await relationships()
  await maria.getByRole('table', { name: 'Domain core' }).getByRole('link', { name: 'DomainRelationship' }).click()
  await expect(rows(maria)).toHaveCount(all.length)
  expect(await names(maria)).toEqual(all)
  await expect(maria.getByText('Restricted, needs Operational').first()).toBeVisible()

  await maria.getByRole('link', { name: 'Name', exact: true }).click()
  await expect(maria).toHaveURL(/sort=-name/)
  await expect(rows(maria).first()).toContainText(all.at(-1) ?? 'none')
  await maria.getByLabel('Filter by name or text').fill(all[0] ?? 'none')
  await expect(maria).toHaveURL(/q=/)
  await expect(rows(maria)).toHaveCount(1)
  await maria.reload()
  await expect(rows(maria), 'the address is the state').toHaveCount(1)

  await maria.getByLabel('Label, e.g. app=web').fill('=broken')
  await expect(maria.getByText('is no label requirement').first()).toBeVisible()
  await maria.getByLabel('Label, e.g. app=web').fill('')
  await rows(maria).first().getByRole('link').click()
  await expect(maria).toHaveURL(/\/objects\//)
  await expect(maria.getByRole('heading', { level: 1 })).toContainText(all[0] ?? 'none')
  await expect(maria.getByRole('region', { name: 'Summary' })).toBeVisible()
  await expect(maria.getByRole('button', { name: 'Copy kubectl command' })).toHaveAttribute(
    'title',
    `kubectl get domainrelationships.core.ontai.dev ${all[0] ?? 'none'} -n ont-system -o yaml`,
  )
})

test('what is typed is answered without a page being drawn, in the order of the keys, and the back button brings back what was there', async ({
  browser,
}) => {
  const maria = await world.as(browser, 'maria.santos')
  await maria.goto(new URL('/resources/core.ontai.dev/DomainRelationship', maria.url()).href)
  await expect(maria.getByText('Live', { exact: true })).toBeVisible()
  const all = await relationships()
  const drawings = drawn(maria)
  // Early answers are the slow ones.
  let [asked, open, most] = [0, 0, 0]
  await maria.route('**/api/resources/objects?*', async (route) => {
    asked += 1
    open += 1
    most = Math.max(most, open)
    await new Promise((resolve) => setTimeout(resolve, asked === 1 ? 700 : 50))
    open -= 1
    await route.continue()
  })
  await maria.getByRole('link', { name: 'Name', exact: true }).click()
  await expect(rows(maria).first()).toContainText(all.at(-1) ?? 'none')
  const box = maria.getByLabel('Filter by name or text')
  const text = all[0] ?? 'none'
  await box.pressSequentially(text, { delay: 15 })
  await expect(maria).toHaveURL(new RegExp(`sort=-name&q=${text}$`))
  await expect(rows(maria)).toHaveCount(1)
  await expect(box, 'what is typed stays').toHaveValue(text)
  await expect(box).toBeFocused()
  await expect(maria.locator('main output').filter({ hasText: '1 found' })).toHaveCount(1)
  expect(most, 'one question at a time').toBe(1)
  expect(asked, 'not every key is a question').toBeLessThan(text.length)
  await maria.goBack()
  await expect(maria).toHaveURL(/DomainRelationship$/)
  await expect(box).toHaveValue('')
  await expect(rows(maria)).toHaveCount(all.length)
  await expect.poll(() => names(maria)).toEqual(all)
  await maria.goForward()
  await expect(rows(maria)).toHaveCount(1)
  await expect(box).toHaveValue(text)
  expect(drawings()).toEqual([])
})

test('without JavaScript the table is there and its heads and filters in the address work', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  const address = new URL('/resources/core.ontai.dev/DomainRelationship', maria.url()).href
  const all = await relationships()
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await maria.context().storageState() })
  try {
    const page = await plain.newPage()
    const links = page.locator('table .row-link').filter({ visible: true })
    await page.goto(address)
    await expect(links).toHaveText(all)
    await page.getByRole('link', { name: 'Name', exact: true }).click()
    await expect(page).toHaveURL(/sort=-name/)
    await expect(links).toHaveText(all.toReversed())
    await page.goto(`${address}?q=${all[0]}`)
    await expect(links).toHaveText([all[0] ?? 'none'])
    await expect(page.getByText(`1 of ${all.length} objects, page 1 of 1`)).toBeVisible()
  } finally {
    await plain.close()
  }
})

test('the data route gives each person what the page gives them, and a stranger nothing', async ({ browser }) => {
  const address = '/api/resources/objects?group=core.ontai.dev&kind=DomainRelationship'
  const { origin } = new URL(world.info().portal.url)
  const [maria, noor] = [await world.as(browser, 'maria.santos'), await world.as(browser, 'noor.haddad')]
  const read = async (page: Page, query = '') => {
    const answer = await page.request.get(origin + address + query)
    return { status: answer.status(), text: await answer.text() }
  }
  const [hers, other] = [await read(maria), await read(noor)]
  for (const { status, text } of [hers, other]) {
    expect(status).toBe(200)
    const { rows: found } = JSON.parse(text) as { readonly rows: readonly { readonly ref: { readonly name: string } }[] } // safe: ResourcesView
    expect(found.map(({ ref }) => ref.name)).toEqual(await relationships())
  }
  expect(hers.text).toContain('"requiredLevel":"Operational"')
  const cells = ({ text }: { readonly text: string }): number => text.split('"restricted":true').length
  await maria.goto(new URL('/resources/core.ontai.dev/DomainRelationship', maria.url()).href)
  await expect(maria.getByText('Restricted, needs Operational'), 'the page hides as much').toHaveCount(cells(hers) - 1)
  const broken = await read(maria, '&label=%3Dbroken')
  expect(broken.status).toBe(422)
  expect(JSON.parse(broken.text)).toMatchObject({ code: 'invalid', fields: [{ field: 'label' }] })
  const stranger = await fetch(origin + address)
  expect(stranger.status).toBe(401)
  expect(await stranger.text()).not.toContain('DomainRelationship')
})

/** The right to read one more group, for whoever the portal is to the API server. */
async function letThePortalRead(group: string): Promise<void> {
  const { body } = await world.kube('admin', 'GET', `${RBAC}/clusterrolebindings`)
  // safe: what the API server answers to a list
  const bindings = body['items'] as readonly { readonly roleRef: { readonly name: string }; readonly subjects: readonly unknown[] }[]
  const apiVersion = 'rbac.authorization.k8s.io/v1'
  const metadata = { name: 'walkers' }
  await world.kube('admin', 'POST', `${RBAC}/clusterroles`, {
    apiVersion,
    kind: 'ClusterRole',
    metadata,
    rules: [{ apiGroups: [group], resources: ['*'], verbs: ['get', 'list', 'watch'] }],
  })
  const made = await world.kube('admin', 'POST', `${RBAC}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'walkers' },
    subjects: bindings.find(({ roleRef }) => roleRef.name === 'vortex-reader')?.subjects,
  })
  expect(made.status).toBe(201)
}

test('a kind that nobody described appears by itself, says why it cannot be read, and can be once the right is there', async ({
  browser,
}) => {
  const maria = await world.as(browser, 'maria.santos')
  await maria.goto(new URL('/resources', maria.url()).href)
  await expect(maria.getByRole('table', { name: 'Other kinds' })).toBeVisible()
  await expect(maria.getByText('walk.example.org')).toHaveCount(0)
  const made = await world.kube('admin', 'POST', DEFINITIONS, {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'footpaths.walk.example.org' },
    spec: {
      group: 'walk.example.org',
      scope: 'Namespaced',
      names: { kind: 'Footpath', listKind: 'FootpathList', plural: 'footpaths', singular: 'footpath' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          additionalPrinterColumns: [{ name: 'Surface', type: 'string', jsonPath: '.spec.surface' }],
        },
      ],
    },
  })
  expect(made.status).toBe(201)
  try {
    await expect(maria.getByRole('table', { name: 'Other kinds' }).getByRole('link', { name: 'Footpath' })).toBeVisible({ timeout: 30_000 })
    await maria.getByRole('link', { name: 'Footpath' }).click()
    await expect(maria.getByText('This kind cannot be read now')).toBeVisible()
    await expect(maria.getByText('this identity may not list and watch it').first(), 'the portal has no list right there yet').toBeVisible()
    await letThePortalRead('walk.example.org')
    await expect(maria.getByText('There is none of this kind in the cluster.')).toBeVisible({ timeout: 45_000 })
    await expect(maria.getByRole('columnheader', { name: 'Surface' })).toBeVisible()
    const path = '/apis/walk.example.org/v1/namespaces/ont-system/footpaths'
    const put = await world.kube('admin', 'POST', path, {
      apiVersion: 'walk.example.org/v1',
      kind: 'Footpath',
      metadata: { name: 'along-the-river', namespace: 'ont-system' },
      spec: { surface: 'gravel' },
      status: { conditions: [{ type: 'Failed', status: 'True', reason: 'Flooded', message: 'under water' }] },
    })
    expect(put.status).toBe(201)
    await expect(rows(maria)).toContainText(['along-the-river'])
    await expect(rows(maria).first()).toContainText('Failed is True.')

    // What changes now is drawn by itself: the row stays the same row, under the hand, and nobody asks the server for a page.
    const drawings = drawn(maria)
    const link = rows(maria).first().getByRole('link')
    await link.focus()
    await link.evaluate((element) => Object.assign(element, { stayed: true }))
    const asphalt = { spec: { surface: 'asphalt' }, status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Dry' }] } }
    const changed = await world.kube('admin', 'PATCH', `${path}/along-the-river`, asphalt, 'application/merge-patch+json')
    expect(changed.status).toBe(200)
    await expect(rows(maria).first()).toContainText('Ready is True.')
    await expect(rows(maria).first(), 'what she may not read stays hidden when it changes').not.toContainText('asphalt')
    await expect(maria.getByText('1 of 1 objects, page 1 of 1')).toBeVisible()
    await expect(link).toBeFocused()
    expect(await link.evaluate((element) => 'stayed' in element)).toBe(true)
    expect((await world.kube('admin', 'DELETE', `${path}/along-the-river`)).status).toBe(200)
    await expect(maria.getByText('There is none of this kind in the cluster.')).toBeVisible()
    expect(drawings(), 'the server draws no page for any of this').toEqual([])
  } finally {
    for (const path of [`${RBAC}/clusterrolebindings/walkers`, `${RBAC}/clusterroles/walkers`, `${DEFINITIONS}/footpaths.walk.example.org`])
      await world.kube('admin', 'DELETE', path)
  }
})

test('the filter of all kinds stands in the address, and works where no script runs', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  const address = new URL('/resources', maria.url()).href
  await maria.goto(address)
  await expect(maria.getByRole('table', { name: 'Kubernetes' })).toBeVisible()
  await maria.getByLabel('Filter by kind or group').fill('core.ontai relationship')
  await expect(maria).toHaveURL(/q=core\.ontai\+relationship/)
  await expect(maria.getByRole('table', { name: 'Domain core' }).locator('.row-link')).toHaveText(['DomainRelationship'])
  await expect(maria.getByRole('table', { name: 'Kubernetes' })).toHaveCount(0)
  await maria.getByLabel('Filter by kind or group').press('Enter')
  await expect(maria.getByText(/^1 of \d+ kinds$/)).toBeVisible()

  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await maria.context().storageState() })
  const page = await plain.newPage()
  await page.goto(`${address}?group=core`)
  await expect(page.getByRole('table', { name: 'Platform' })).toHaveCount(0)
  await page.getByLabel('Filter by kind or group').fill('secrets')
  await page.getByRole('button', { name: 'Filter' }).click()
  await expect(page).toHaveURL(/\?q=secrets&group=core$/)
  // What is streamed stands where it came, after the page.
  await expect(page.locator('.row-link')).toHaveText(['Secret'])
  await page.getByRole('link', { name: 'All groups' }).click()
  await expect(page).toHaveURL(/\?q=secrets$/)
  await page.goto(`${address}?q=nothing-is-called-so`)
  await page.getByRole('link', { name: 'Clear the filter' }).click()
  await expect(page.getByRole('table', { name: 'Platform' })).toBeVisible()
  await plain.close()
})

test('a kind of the API server itself is read once somebody opens it, and its objects say how they stand', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  const address = new URL('/resources', maria.url()).href
  const line = maria.getByRole('table', { name: 'Kubernetes' }).getByRole('row').filter({ hasText: 'Deployment' })
  await maria.goto(address)
  await expect(line).toContainText('Not followed until somebody opens it')
  const path = '/apis/apps/v1/namespaces/ont-system/deployments'
  const labels = { app: 'walker' }
  const made = await world.kube('admin', 'POST', path, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'walker', namespace: 'ont-system' },
    spec: {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'walk/er:1' }] } },
    },
  })
  expect(made.status).toBe(201)
  const conditions = [{ type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable', message: 'none is there' }]
  const merge = 'application/merge-patch+json'
  expect((await world.kube('admin', 'PATCH', `${path}/walker/status`, { status: { conditions } }, merge)).status).toBe(200)
  try {
    await line.getByRole('link', { name: 'Deployment' }).click()
    await expect(maria.getByText('this identity may not list and watch it').first(), 'the portal has no right to it yet').toBeVisible()
    await letThePortalRead('apps')
    await expect(rows(maria)).toContainText(['walker'], { timeout: 45_000 })
    await expect(rows(maria).first()).toContainText('Available is False.')
    await rows(maria).first().getByRole('link').click()
    await expect(maria.getByRole('heading', { level: 1 })).toContainText('walker')
    await expect(maria.getByRole('region', { name: 'Summary' })).toContainText('Available is False.')
    await maria.goto(address)
    await expect(line).toContainText('1')
    await expect(line).not.toContainText('Not followed')
  } finally {
    for (const each of [`${path}/walker`, `${RBAC}/clusterrolebindings/walkers`, `${RBAC}/clusterroles/walkers`])
      await world.kube('admin', 'DELETE', each)
  }
})

test('the palette finds an object by keyboard; its code comes with its first use', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  await maria.goto(new URL('/policy', maria.url()).href)
  await expect(maria.getByText('Live', { exact: true })).toBeVisible()
  await maria.waitForLoadState('networkidle').catch(() => undefined)
  let scripts = 0
  maria.on('request', (request) => {
    if (request.resourceType() === 'script') scripts += 1
  })
  await maria.keyboard.press('Control+k')
  const box = maria.getByRole('combobox', { name: 'Find or do' })
  await expect(box).toBeFocused()
  expect(scripts).toBeGreaterThan(0)
  const name = world.named('pgw-production')
  await box.fill(`domainpolicy ${name}`)
  const hit = maria.getByRole('option', { name: new RegExp(`^${name} ?DomainPolicy`) })
  await expect(hit).toBeVisible()
  const { violations } = await new AxeBuilder({ page: maria }).analyze()
  expect(violations.map(({ id, nodes }) => `${id} ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([])
  await maria.keyboard.press('Escape')
  await expect(box).toBeHidden()

  await maria.keyboard.press('Control+k')
  await expect(box).toBeFocused()
  await box.fill(`domainpolicy ${name}`)
  await expect(hit).toBeVisible()
  for (let presses = 0; presses < 30 && (await hit.getAttribute('aria-selected')) !== 'true'; presses += 1)
    await maria.keyboard.press('ArrowDown')
  await maria.keyboard.press('Enter')
  await expect(maria.getByRole('heading', { level: 1 })).toContainText(name)

  await maria.keyboard.press('Control+k')
  await box.fill('nothing is called so')
  await expect(maria.getByText('Nothing here has that name.')).toBeVisible()
})

test('what controllers reported about an object stands on its page, in words that cannot harm; none is said to be none', async ({
  browser,
}) => {
  const maria = await world.as(browser, 'maria.santos')
  // One of her own domain: what was reported is for whoever may read the object.
  const name = world.named('pgw-production')
  const { body } = await world.kube('admin', 'GET', `/apis/core.ontai.dev/v1alpha1/namespaces/ont-system/domainpolicies/${name}`)
  const metadata = body['metadata'] as { readonly uid: string } // safe: an object of the API
  await maria.goto(new URL(`/objects/ccs-mgmt/core.ontai.dev/DomainPolicy/ont-system/${name}`, maria.url()).href)
  const panel = maria.getByRole('region', { name: 'Events' })
  await expect(panel).toContainText('The cluster keeps none about it now.')
  const about = { apiVersion: 'core.ontai.dev/v1alpha1', kind: 'DomainPolicy', namespace: 'ont-system', name, uid: metadata.uid }
  const event = (id: string, message: string, at: string) => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name}.${id}`, namespace: 'ont-system' },
    involvedObject: about,
    type: 'Warning',
    reason: `Odd${id}`,
    message,
    count: 12,
    lastTimestamp: at,
    reportingComponent: 'seam-operator',
  })
  const path = '/api/v1/namespaces/ont-system/events'
  expect((await world.kube('admin', 'POST', path, event('1', '<img src=x onerror=alert(1)>', '2026-01-01T00:00:00Z'))).status).toBe(201)
  expect((await world.kube('admin', 'POST', path, event('2', 'later', '2026-01-02T00:00:00Z'))).status).toBe(201)
  await expect(panel.getByRole('row').nth(1), 'the newest first').toContainText('Odd2', { timeout: 40_000 })
  await expect(panel.getByRole('row').nth(2)).toContainText('<img src=x onerror=alert(1)>')
  await expect(panel.getByRole('row').nth(2)).toContainText('12 ×')
  await expect(panel.locator('img')).toHaveCount(0)
})

test('cards are ordered by links too', async ({ browser }) => {
  const maria = await world.as(browser, 'maria.santos')
  await maria.setViewportSize({ width: 400, height: 900 })
  await maria.goto(new URL('/resources/core.ontai.dev/DomainRelationship', maria.url()).href)
  const all = await relationships()
  await expect(rows(maria)).toHaveCount(all.length)
  await maria.getByText('Order: Name, ascending').click()
  await maria.getByRole('listitem').getByRole('link', { name: 'Name', exact: true }).click()
  await expect(maria.getByText('Order: Name, descending')).toBeVisible()
  await expect.poll(() => names(maria)).toEqual(all.toReversed())
})
