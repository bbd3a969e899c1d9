import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { full } from './extent'
import { faultsOf } from './fixtures/axe'
import { mosquittoPub } from './fixtures/clients'
import { freePort } from './fixtures/port'
import type { Treetop } from './fixtures/treetop'
import type { AppPage } from './pages/app'
import { BrokerClientsPage } from './pages/broker-clients'
import { BridgesPage } from './pages/bridges'
import { BrokerSections } from './pages/broker-sections'
import { AccessPage } from './pages/access'
import { ChartsPage } from './pages/charts'
import { ChecksPage } from './pages/checks'
import { CollectionsPage } from './pages/collections'
import { FaultsPage } from './pages/faults'
import { ListenersPage } from './pages/listeners'
import { keyboardFaults } from './pages/keyboard'
import { LearnPage } from './pages/learn'
import { RecordingsPage } from './pages/recordings'
import { PalettePage } from './pages/palette'
import { ReplayPage } from './pages/replay'
import { WatchPage } from './pages/watch'
import { expect, test } from './test'

/** Visits every screen in turn, each with content. */
async function* screens(app: AppPage, page: Page, treetop: Treetop): AsyncGenerator<string> {
  const port = treetop.brokerPort
  yield 'first screen'
  await app.startLocalBroker()
  const palette = new PalettePage(page)
  await palette.open()
  await palette.field.fill('demo')
  yield 'palette'
  await page.keyboard.press('Enter')
  mosquittoPub(port, 'plant/recipe', '{"bread": 1, "name": "rye", "on": true}', '-r', '-q', '1')
  mosquittoPub(port, 'plant/recipe', '{"bread": 2, "name": "rye", "on": true}', '-r', '-q', '1')
  await app.select('plant/recipe')
  await expect(app.payload).toContainText('rye')
  yield 'value'
  await app.button('Expect this message again…').click()
  await expect(new ChecksPage(app).newCheck.preview).toBeVisible()
  yield 'new check'
  await page.keyboard.press('Escape')
  await app.publish('plant/lamp', 'on', 1)
  await app.button('Published (1)').click()
  yield 'published messages'
  await page.keyboard.press('Escape')
  const properties = app.publishPanel.getByRole('button', { name: /^MQTT 5 properties/ })
  await properties.click()
  await app.button('Add user property').click()
  yield 'MQTT 5 properties'
  await properties.click()
  const tabs = {
    Diff: page.getByText('1 changed'),
    Chart: app.button('Add values…'),
    History: app.history.getByRole('row').nth(1)
  }
  for (const [tab, content] of Object.entries(tabs)) {
    await app.tab(tab).click()
    await expect(content).toBeVisible()
    yield tab
  }
  await app.tab('Chart').click()
  await app.button('Add values…').click()
  yield 'add values'
  await page.keyboard.press('Escape')
  await app.button('Pin to board').click()
  await page.keyboard.press('F1')
  yield 'shortcuts'
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('button', { name: 'Live', exact: true })).toBeVisible()
  yield 'paused'
  await page.getByRole('button', { name: 'Live', exact: true }).click()
  await page.keyboard.press('Control+Shift+S')
  yield 'save a recording'
  await page.keyboard.press('Escape')
  const recordings = new RecordingsPage(app, treetop)
  const path = test.info().outputPath('plant.treetop')
  writeFileSync(path, await recordings.save())
  await recordings.open(path)
  await app.select('plant/recipe')
  await expect(app.payload).toContainText('rye')
  yield* new ReplayPage(app).screens()
  await recordings.close()
  await app.go('Board')
  await expect(new ChartsPage(page).plot).toBeVisible()
  yield 'board'
  await app.go('Traffic')
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  yield 'traffic'
  await app.go('Retained messages')
  await page.getByRole('searchbox').fill('#')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('row').nth(1)).toBeVisible()
  await page.getByRole('row').nth(1).click()
  yield 'retained messages'
  await page.getByRole('button', { name: /^Clear all/ }).click()
  yield 'clear retained'
  await page.keyboard.press('Escape')
  await app.go('Devices')
  yield 'devices'
  await app.go('Packets')
  yield 'packets off'
  await page.getByRole('main').getByRole('button', { name: 'Record packets' }).click()
  // More packets than fit, so that the table scrolls.
  for (let times = 0; times < 12; times++) mosquittoPub(port, 'plant/recipe', 'x', '-q', '2')
  await page.getByRole('row').filter({ hasText: 'plant/recipe' }).first().click()
  yield 'packets'
  yield* new WatchPage(app).screens()
  for (const name of ['Local broker', 'Connections', 'Settings']) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name }).click()
    yield name
  }
  await app.go('Local broker')
  for (const name of ['Settings', 'Refused']) {
    await page.getByRole('tablist', { name: 'Local broker' }).getByRole('tab', { name }).click()
    yield `local broker: ${name}`
  }
  const faults = new FaultsPage(page)
  await faults.open()
  await faults.choose('Bad mobile network')
  yield 'local broker: fault'
  await faults.start()
  await faults.choose('Lost PUBACK')
  await faults.start()
  await faults.active.last().getByRole('button', { name: /^Stop/ }).click()
  await expect(faults.ended.first()).toBeVisible()
  yield 'local broker: Faults'
  await app.button('Stop all').click()
  const listeners = new ListenersPage(page)
  await listeners.open()
  await listeners.add('MQTT-SN over UDP', port)
  await listeners.sn.getByRole('button', { name: 'Add topic' }).click()
  await page.keyboard.type('plant/temp')
  await page.keyboard.press('Enter')
  yield 'local broker: MQTT-SN'
  await app.button(`Connect to mqtt://127.0.0.1:${port}`).click()
  await expect(listeners.dialog.getByRole('img')).toBeVisible()
  yield 'local broker: connect'
  await page.keyboard.press('Escape')
  yield* clientScreens(new BrokerClientsPage(app))
  await app.go('Test a broker')
  yield 'test a broker'
  await app.button('Test this broker').click()
  await expect(page.getByRole('heading', { name: 'What Local broker supports' })).toBeVisible({
    timeout: 60_000
  })
  await page.getByRole('button', { name: 'yes QoS 1' }).click()
  yield 'tested broker'
  await app.button('Test again').click()
  await page.getByLabel('Compare with').selectOption({ index: 1 })
  await app.choice('Shown items', 'All').check()
  yield 'two tests compared'
  yield* bridges(app, page)
  yield* brokerSections(app, page)
  yield* accessScreens(app, page)
  await app.go('Collections')
  const collections = new CollectionsPage(app)
  await collections.add('New message…', 'Lamp')
  await collections.form('Lamp').getByLabel('Topic', { exact: true }).fill('plant/{{room}}')
  await expect(collections.preview).toContainText('corrected first')
  yield 'collections'
  await app.button('Variables…').click()
  await page.getByRole('button', { name: 'Add variable' }).click()
  yield 'variables'
  await page.keyboard.press('Escape')
  await collections.form('Lamp').getByRole('button', { name: 'Discard changes' }).click()
  await collections.add('New script on messages…', 'Answer')
  await page.getByText('Running').waitFor()
  yield 'script'
  await app.button('What a script can use').click()
  yield 'declarations of scripts'
  await page.keyboard.press('Escape')
  const checks = new ChecksPage(app)
  await checks.open()
  yield 'no checks'
  writeFileSync(
    join(treetop.dataDirectory, 'collections', 'oven.test.yaml'),
    'steps:\n  - publish: { topic: a }\n  - expect: { topic: a, payload: hot, within: 50ms }\n'
  )
  await checks.row('oven, not run').last().click()
  await checks.button('Run all').click()
  await expect(checks.detail('oven')).toContainText('Packets of this step')
  yield 'failed check'
  await composed(app, collections)
  yield 'schedule, request and answer'
  await collections.add('New simulator…', 'Rooms')
  await collections.form('Rooms').getByRole('button', { name: 'Start', exact: true }).click()
  await expect(collections.form('Rooms')).toContainText('10 of 10 connected')
  yield 'simulator'
  await collections.form('Rooms').getByRole('button', { name: 'Stop', exact: true }).click()
  const learn = new LearnPage(app)
  await learn.open()
  await learn.act(1, 'Connect the phone')
  await learn.packet('CONNACK').click()
  yield 'learn'
  await app.go('Connections')
  await app.button('New connection').first().click()
  yield 'new connection'
  await app.field('Protocol').selectOption('wss')
  await app.button('Add header').click()
  await app.button('Keep the value of header 1 secret').click()
  await app.choice('Proxy', 'Its own').check()
  yield 'new connection: WebSocket, TLS and proxy'
  await app.field('Protocol').selectOption('mqtt')
  await app.button('Remove header 1').click()
  await app.choice('Proxy', 'None').check()
  await app.field('Host').fill('127.0.0.1')
  await app.field('Port').fill(String(await freePort()))
  await app.button('Test connection').click()
  await expect(page.getByRole('form').getByText('Nothing is listening')).toBeVisible()
  yield 'tested connection'
}

/** The broker's clients, and one of them at each of its tabs. */
async function* clientScreens(clients: BrokerClientsPage): AsyncGenerator<string> {
  await clients.go()
  await expect(clients.ids.first()).toBeVisible()
  yield 'clients'
  await clients.trace('not-here-yet')
  await expect(clients.detail).toContainText('its CONNECT will be the first')
  yield 'trace of a client'
  await clients.ids.first().click()
  for (const tab of ['Connection', 'Subscriptions', 'Queue', 'Packets', 'History']) {
    await clients.tab(tab)
    await expect(clients.detail.getByRole('tabpanel', { name: tab }).locator('*').first()).toBeVisible()
    yield `client: ${tab}`
  }
}

/** The section of bridges, with one to nowhere, and a copied subtree. */
async function* bridges(app: AppPage, page: Page): AsyncGenerator<string> {
  await app.newProfile({ name: 'Nowhere', host: '127.0.0.1', port: await freePort() }, () =>
    app.choice('Color', 'Red').check()
  )
  await expect(page.getByText('Nothing is listening').first()).toBeVisible()
  await app.tab('Local broker').click()
  const section = new BridgesPage(app)
  await section.chooseForTopic('plant', 'Copy subtree')
  await expect(section.bar).toContainText(/Copied \d+ retained/)
  yield 'copied subtree'
  await app.button('Paste under other topics…').click()
  yield 'paste subtree'
  await page.keyboard.press('Escape')
  await section.open()
  await section.begin('Site', 'Nowhere')
  await section.fillRule(1, { direction: 'Out', filter: '#', remote: 'site' })
  await section.form.getByLabel('Topic', { exact: true }).fill('plant/recipe')
  await app.button('Save').click()
  yield 'new bridge'
  await section.fillRule(1, { direction: 'Out', filter: '#', remote: 'site/' })
  await app.button('Save and switch on').click()
  await expect(section.card('Site')).toContainText('Nothing is listening')
  yield 'bridges'
  await section.chooseFor('Site', 'Lines for mosquitto.conf…')
  yield 'lines for mosquitto.conf'
  await page.keyboard.press('Escape')
}

/** Sections of the broker's page, each with content: what they show is a step further in. */
async function* brokerSections(app: AppPage, page: Page): AsyncGenerator<string> {
  const sections = new BrokerSections(page)
  await sections.show('Overview')
  await expect(sections.chart('Messages')).toContainText('Since the start')
  yield 'local broker: overview'
  await sections.show('Subscriptions')
  await sections.rowIn(sections.filters, '#').click()
  await expect(page.getByRole('grid', { name: 'Subscribers of #' })).toBeVisible()
  yield 'local broker: subscriptions'
  await page.getByRole('tab', { name: 'Who gets this topic?' }).click()
  await sections.topic.fill('plant/recipe')
  await expect(sections.audience).toBeVisible()
  yield 'local broker: who gets a topic'
  await sections.show('Retained')
  const message = await sections.open('plant/recipe')
  await expect(message.getByTestId('payload')).toContainText('rye')
  yield 'local broker: retained'
  await message.getByRole('button', { name: 'Edit' }).click()
  yield 'local broker: retained, edited'
  await message.getByRole('button', { name: 'Discard changes' }).click()
  await message.getByRole('button', { name: 'Expiry…' }).click()
  yield 'local broker: expiry'
  await page.keyboard.press('Escape')
}

/** Users and rules, the rule that decides, and what is refused. */
async function* accessScreens(app: AppPage, page: Page): AsyncGenerator<string> {
  const access = new AccessPage(app)
  await access.open()
  yield 'access: nothing set'
  await access.addUser('ada', 'secret')
  yield 'access: users'
  await access.addRule({ effect: 'Deny', filter: 'plant/secret' })
  await access.ask({ action: 'Publish', topic: 'plant/secret' })
  await expect(access.marked).toHaveCount(1)
  yield 'access: the rule that decides'
  await access.fillRule({ filter: 'a/#/b', user: 'eve' })
  await access.saveRule()
  yield 'access: a rule with a fault'
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Export…' }).click()
  yield 'access: export'
  await page.keyboard.press('Escape')
  await access.rows('Rules').first().click()
  await page.keyboard.press('Delete')
  await expect(app.button('Undo')).toBeVisible()
  yield 'access: undo'
}

/** The themes, with the rules that are checked in each, or null for all of them. Between themes only colours differ. */
const themes = [
  ['dark', null],
  ['light', full ? null : ['color-contrast']]
] as const

for (const [theme, rules] of themes) {
  test.describe(`in the ${theme} theme`, () => {
    test.use({ colorScheme: theme })

    test('axe finds no serious issue, and Tab reaches everything @slow', async ({ app, page, treetop }) => {
      test.setTimeout(600_000)
      const faults: string[] = []
      for await (const screen of screens(app, page, treetop)) {
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
        faults.push(...(await faultsOf(page, screen, rules)))
        if (rules === null) faults.push(...(await keyboardFaults(page, screen)))
      }
      expect(faults).toEqual([])
    })
  })
}

/** A message with a schedule that runs, and a request that nobody answered. */
async function composed(app: AppPage, collections: CollectionsPage): Promise<void> {
  await collections.open()
  await collections.row('Lamp').click()
  const form = collections.form('Lamp')
  await form.getByLabel('Topic', { exact: true }).fill('plant/lamp')
  await form.getByText('Answer', { exact: true }).click()
  await form.getByLabel('Wait (s)').fill('0.1')
  await form.getByText('Schedule', { exact: true }).click()
  await form.getByRole('radio', { name: 'Interval' }).check()
  await form.getByLabel('Every (ms)').fill('500')
  await form.getByLabel('Number of messages').fill('1')
  await form.getByRole('button', { name: 'Start schedule' }).click()
  await form.getByRole('button', { name: 'Send and wait' }).click()
  await expect(collections.exchange).toContainText('No answer came')
  await expect(app.page.getByText('Finished').first()).toBeVisible()
}
