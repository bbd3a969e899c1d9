import mqtt from 'mqtt'
import { TolerantBroker } from '../src/main/mqtt/tolerant-broker.fixture'
import { Trap } from './fixtures/trap'
import { expect, test as base } from './test'

const test = base.extend<{ trap: Trap }>({
  trap: async ({ browserName: _ }, use) => {
    const trap = new Trap()
    await trap.open()
    await use(trap)
    await trap.close()
  }
})

/** Payloads that would be active content in another context; `url` is the address they try to reach. */
const payloads = (url: string): Record<string, string> => ({
  html: `<!doctype html><script>pwned=1;fetch('${url}/html')</script><img src="${url}/img" onerror="pwned=1"><iframe src="${url}/frame"></iframe>`,
  svg: `<svg xmlns="http://www.w3.org/2000/svg" onload="pwned=1"><script>pwned=1;fetch('${url}/svg')</script><image href="${url}/image"/></svg>`,
  xml: `<?xml version="1.0"?><?xml-stylesheet href="${url}/xsl" type="text/xsl"?><!DOCTYPE a [<!ENTITY b SYSTEM "${url}/entity">]><a>&b;</a>`,
  script: `<script src="${url}/script.js"></script>`,
  link: `javascript:pwned=1`,
  data: `data:text/html,<script>parent.pwned=1</script>`,
  json: JSON.stringify({
    __proto__: null,
    constructor: { prototype: { pwned: 1 } },
    html: `</script><script>pwned=1</script><img src=x onerror=pwned=1>`,
    link: 'javascript:pwned=1',
    image: `${url}/json.png`
  }),
  css: `</style><style>@import url("${url}/css");body{background:url("${url}/background")}</style>`,
  template: '{{constructor.constructor("pwned=1")()}} ${pwned=1} {@html "<img src=x onerror=pwned=1>"}'
})

/** Topic levels that would be active content in another context, or that could hide the text beside them. */
const levels = [
  '<img src=x onerror=pwned=1>',
  '"><svg onload=pwned=1>',
  'javascript:pwned=1',
  '\u202egnp.exe',
  '\u2066isolated\u2067',
  'bell\u0007escape\u001b[31m',
  '__proto__',
  'constructor',
  '%s%n%c',
  '{@html pwned=1}',
  'e\u0301\u0301\u0301\u0301\u0301\u0301'.repeat(20),
  'long'.repeat(8_000)
]

test('a payload with HTML, SVG, a script or a link is shown as text: nothing runs, and no request is sent @every-host', async ({
  app,
  treetop,
  trap
}) => {
  await trap.watch(app.page)
  await app.startLocalBroker()
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${treetop.brokerPort}`)
  for (const [name, payload] of Object.entries(payloads(trap.url))) {
    await client.publishAsync(`hostile/${name}`, `before ${payload}`, { qos: 1 })
    await client.publishAsync(`hostile/${name}`, payload, { qos: 1, retain: true })
  }
  for (const [name, payload] of Object.entries(payloads(trap.url))) {
    await app.select(`hostile/${name}`)
    await expect(app.payload, name).toContainText(payload.slice(0, 24).split('"')[0]!)
    await app.showAs('Text')
    await expect(app.payload, name).toContainText(payload.slice(0, 40))
    for (const tab of ['Diff', 'History', 'Value']) {
      await app.page.getByRole('tab', { name: tab, exact: true }).click()
    }
  }
  await app.page.getByRole('tab', { name: 'History', exact: true }).click()
  await app.searchField.fill('onerror')
  await expect(app.marks.first()).toHaveText('onerror')
  // Visit each page that shows payloads.
  for (const page of ['Retained messages', 'Traffic', 'Packets', 'Topics']) await app.go(page)
  await client.endAsync()
  expect(trap.hits).toEqual([])
})

test('a topic with markup, control or bidi characters is shown literally, and hides nothing beside it', async ({
  app,
  trap
}) => {
  await trap.watch(app.page)
  // The local broker refuses control characters.
  const broker = new TolerantBroker()
  await broker.open()
  await app.newProfile({ name: 'Hostile', host: '127.0.0.1', port: broker.port })
  await app.expectOnline('Hostile')
  for (const level of levels) broker.send(`names/${level}`, `of ${level}`.slice(0, 60))
  await app.select('names')
  await app.page.keyboard.press('ArrowRight')
  const shown = (): Promise<(string | null)[]> =>
    app.page.getByRole('treeitem').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-topic')))
  await expect.poll(async () => (await shown()).length).toBeGreaterThan(levels.length)
  expect((await shown()).filter((topic) => topic?.startsWith('names/')).sort()).toEqual(
    levels.map((level) => `names/${level}`).sort()
  )
  const rows = app.page.getByRole('treeitem')
  for (let index = 0; index < (await rows.count()); index++) {
    await rows.nth(index).click()
    // Bidi characters stay within their own cell: each row still shows its counter.
    await expect(rows.nth(index).locator('.messages')).toBeVisible()
  }
  broker.close()
  expect(trap.hits).toEqual([])
})

test('a Reason String with markup is shown as text', async ({ app, trap }) => {
  await trap.watch(app.page)
  const broker = new TolerantBroker()
  await broker.open()
  await app.newProfile({ name: 'Rude', host: '127.0.0.1', port: broker.port })
  await app.expectOnline('Rude')
  await app.go('Packets')
  await app.button('Record packets').click()
  await expect(app.page.getByRole('switch', { name: 'Record packets' })).toBeChecked()
  const markup = `<img src="${trap.url}/img" onerror="pwned=1"><script>pwned=1</script>`
  broker.dismiss(markup)
  await app.page.getByRole('row').filter({ hasText: 'DISCONNECT' }).first().click()
  await expect(app.page.getByText(markup, { exact: false }).first()).toBeVisible()
  await app.go('Topics')
  await expect(app.page.getByText(markup, { exact: false }).first()).toBeVisible()
  broker.close()
  expect(trap.hits).toEqual([])
})

test('a topic of 65,536 levels is opened, walked and filtered like any other', async ({ app }) => {
  const broker = new TolerantBroker()
  await broker.open()
  await app.newProfile({ name: 'Deep', host: '127.0.0.1', port: broker.port })
  await app.expectOnline('Deep')
  const deep = '/'.repeat(65_535)
  broker.send(deep, 'at the bottom')
  broker.send('z/shallow', 'on top')
  const rows = app.page.getByRole('treeitem')
  await rows.first().click()
  await app.page.keyboard.press('*')
  await expect(rows.first()).toHaveAttribute('aria-expanded', 'true')
  await app.page.keyboard.press('End')
  await expect(app.selectedTopic).toHaveAccessibleName('z')
  await app.page.keyboard.press('ArrowUp')
  await expect(app.selectedTopic).toHaveAttribute('aria-level', '65536')
  await expect(app.payload).toContainText('at the bottom')
  // The levels that have no room are counted, and those that have lead there.
  const levels = app.page.getByRole('navigation', { name: 'Topic levels' })
  await expect(levels).toContainText('65,524 levels')
  await levels.getByRole('button').first().click()
  await expect(app.selectedTopic).toHaveAttribute('aria-level', '1')
  // What comes is still shown, and the page still answers.
  broker.send(deep, 'again')
  broker.send('z/shallow', 'again')
  await app.selectedTopic.click()
  await app.page.keyboard.press('ArrowLeft')
  await expect(rows).toHaveCount(2)
  await expect(app.topic('z').locator('.messages')).toHaveText('2')
  await app.field('Filter topics').fill('shallow')
  await expect(app.topic('shallow')).toBeVisible()
  broker.close()
})
