import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { BrokerSections } from './pages/broker-sections'
import { ChartsPage } from './pages/charts'
import { ChecksPage } from './pages/checks'
import { CollectionsPage } from './pages/collections'
import { FaultsPage } from './pages/faults'
import { KeyboardPage } from './pages/keyboard'
import { WatchPage } from './pages/watch'
import { freePort } from './fixtures/port'
import { expect, test } from './test'

test('every page does what it is for by keyboard alone, and the focus is never lost', async ({
  app,
  page,
  treetop
}) => {
  test.slow()
  const keys = new KeyboardPage(page)
  await keys.use(app.button(/^Start local broker/))
  await app.expectOnline()
  const client = await mqtt.connectAsync({ port: treetop.brokerPort, clientId: 'line-controller' })
  await client.subscribeAsync('plant/#')
  const config = {
    name: 'Warmth',
    unique_id: 'k',
    state_topic: 'plant/oven',
    device: { identifiers: ['o'], name: 'Oven' }
  }
  for (const [topic, payload] of [
    ['plant/oven', '{"temp": 21, "speed": 3}'],
    ['plant/oven', '{"temp": 22, "speed": 4}'],
    ['homeassistant/sensor/oven/warmth/config', JSON.stringify(config)]
  ] as const)
    await client.publishAsync(topic, payload, { qos: 1, retain: true })

  const dialog = page.getByRole('dialog')
  const grid = page.getByRole('main').getByRole('grid')

  /** What each section of the broker's page is for. */
  const sections: Record<string, () => Promise<void>> = {
    Overview: async () => {
      await keys.use(app.button('Start demo devices'))
      await keys.use(app.button('Stop demo devices'))
      await expect(app.button('Start demo devices')).toBeFocused()
    },
    Clients: async () => {
      await keys.to(grid.first())
      await keys.press('Home', 'Enter')
      const detail = page.getByRole('region', { name: 'Client', exact: true })
      await keys.to(detail.getByRole('tab', { selected: true }))
      await keys.press('ArrowRight')
      await expect(detail.getByRole('tab', { name: /^Subscriptions/ })).toBeFocused()
      await keys.press('Escape')
    },
    Subscriptions: async () => {
      await keys.to(grid.first())
      await keys.press('Home')
      await keys.to(page.getByRole('tab', { name: /^Filters/ }))
      await keys.press('ArrowRight')
      await keys.to(new BrokerSections(page).topic)
      await keys.type('plant/oven')
      await expect(new BrokerSections(page).audience).toContainText('line-controller')
    },
    Retained: async () => {
      const retained = new BrokerSections(page)
      await keys.to(retained.retainedSearch)
      await keys.type('plant/oven')
      // The first one is the configuration that names the topic.
      await expect(retained.retained.getByRole('row')).toHaveCount(3)
      await keys.to(retained.retained)
      await keys.press('End')
      const region = retained.message('plant/oven')
      await keys.use(region.getByRole('button', { name: 'Edit' }))
      await keys.use(region.getByRole('button', { name: 'Discard changes' }))
      await expect(region.getByTestId('payload')).toContainText('22')
    },
    Access: async () => {
      await keys.to(page.getByRole('tablist', { name: 'Access' }).getByRole('tab', { selected: true }))
      await keys.press('ArrowRight')
      await keys.use(app.button('Add user').first())
      await keys.to(dialog.getByLabel('User name'))
      await keys.type('ada')
      await keys.to(dialog.getByLabel('Password', { exact: true }))
      await keys.type('secret')
      await keys.use(dialog.getByRole('button', { name: 'Add user' }))
      await expect(dialog).toHaveCount(0)
      await keys.to(grid.first())
      await keys.press('Home', 'Delete')
      await keys.use(app.button('Undo'))
      await expect(grid.first()).toContainText('ada')
    },
    Faults: async () => {
      const faults = new FaultsPage(page)
      await keys.use(app.button('Lost PUBACK'))
      await keys.use(dialog.getByRole('button', { name: 'Start', exact: true }))
      await keys.use(faults.active.getByRole('button', { name: /^Stop/ }))
      await expect(faults.ended).toBeVisible()
    },
    Bridges: async () => {
      await keys.use(app.button('New bridge').first())
      await keys.use(app.button('Cancel'))
      await expect(app.button('New bridge').first()).toBeFocused()
    },
    Settings: async () => {
      await keys.use(app.button('Add listener'))
      await keys.choose('WebSocket')
      await keys.use(page.getByRole('button', { name: /^Remove ws/ }).last())
      await keys.use(app.button('Undo').first())
    },
    Refused: async () => {
      await expect(page.getByRole('tabpanel', { name: 'Refused' })).toBeVisible()
    }
  }

  const visits: Record<string, () => Promise<void>> = {
    connections: async () => {
      await keys.use(app.button('New connection').first())
      await keys.to(app.field('Host'))
      await keys.type('127.0.0.1')
      await keys.to(app.field('Port'))
      await keys.press('Control+A')
      await keys.type(String(await freePort()))
      await keys.to(app.choice('Color', 'None'))
      await keys.press('ArrowRight')
      await keys.use(app.button('Test connection'))
      await expect(page.getByRole('form').getByText('Nothing is listening')).toBeVisible()
      await keys.use(app.button('Save'))
      const more = page.getByRole('button', { name: /^More actions for 127/ })
      await keys.use(more)
      await keys.choose('Duplicate')
      await keys.use(more.last())
      await keys.choose(/^Delete|^Remove/)
      await keys.use(dialog.getByRole('button', { name: /^Delete|^Remove/ }).last())
      await expect(dialog).toHaveCount(0)
      await expect(more).toHaveCount(1)
    },
    topics: async () => {
      await keys.press('Control+Shift+L')
      await keys.type('plant/+')
      await expect(app.topic('oven')).toBeVisible()
      await keys.press('Escape')
      await keys.to(page.getByRole('tree'))
      await keys.press('Home')
      await keys.type('plant')
      await expect(app.selectedTopic).toHaveAccessibleName('plant')
      await keys.press('ArrowRight')
      await expect(app.topic('oven')).toBeVisible()
      await keys.press('ArrowDown')
      await expect(app.selectedTopic).toHaveAccessibleName('oven')
      await keys.press('Enter')
      await expect(app.payload).toContainText('22')
      await keys.press('Control+Shift+D')
      await expect(page.getByText('2 changed')).toBeVisible()
      await keys.press('Control+Shift+G')
      await keys.use(app.button('Add values…'))
      await keys.to(dialog.getByRole('checkbox', { name: 'speed', exact: true }))
      await keys.press('Space', 'Escape')
      await expect(app.button('Add values…')).toBeFocused()
      await keys.use(app.button('Pin to board'))
      await keys.press('Control+Shift+H')
      await keys.to(app.history)
      await keys.press('ArrowDown', 'Enter')
      await expect(app.openedMessage).toBeVisible()
      await keys.press('Escape', 'Control+Shift+F')
      await keys.type('temp')
      await expect(app.found).toHaveCount(2)
      await keys.press('ArrowDown', 'ArrowDown', 'Enter')
      await expect(app.openedMessage).toBeVisible()
      await keys.press('Control+.')
      await expect(app.button('Live')).toBeVisible()
      await keys.to(page.getByRole('slider', { name: 'Time shown' }))
      await keys.press('ArrowLeft', 'Control+.')

      const panel = app.publishPanel
      await keys.press('Control+Shift+P')
      await keys.to(panel.getByLabel('Topic', { exact: true }))
      await keys.press('Control+A')
      await keys.type('plant/lamp')
      await keys.to(panel.getByLabel('Payload', { exact: true }))
      await keys.type('on')
      await keys.to(panel.getByLabel('Retain'))
      await keys.press('Space', 'Control+Enter')
      await expect(app.topic('lamp')).toBeVisible()
      await keys.to(page.getByRole('tree'))
      await keys.press('ArrowUp')
      await expect(app.selectedTopic).toHaveAccessibleName('lamp')
      await keys.press('ContextMenu')
      await keys.choose('Clear retained…')
      await keys.use(app.button('Clear 1 message'))
      await expect(app.toast('1 of 1 message cleared.')).toBeVisible()
    },
    board: async () => {
      await keys.to(new ChartsPage(page).plot)
      await keys.press('ArrowRight', '+', '0', 'Escape')
      await keys.use(page.getByRole('heading', { level: 2 }).getByRole('button'))
      await keys.type('The oven')
      await keys.press('Enter')
      await keys.use(page.getByRole('button', { name: /The oven/ }).last())
      await keys.choose(/^Remove/)
      await keys.use(app.button('Undo'))
      await expect(page.getByRole('region', { name: 'The oven' })).toBeVisible()
    },
    traffic: async () => {
      await keys.to(grid)
      await keys.press('Home', 'Enter')
      await expect(app.selectedTopic).toBeVisible()
    },
    retained: async () => {
      await keys.to(page.getByRole('searchbox'))
      await keys.type('plant/#')
      await keys.press('Enter')
      await expect(grid.getByRole('row').nth(1)).toContainText('plant/oven')
      await keys.to(grid)
      await keys.press('Home', 'Delete')
      await keys.use(dialog.getByRole('button', { name: 'Clear 1 message' }))
      const undo = page.getByRole('main').getByRole('button', { name: 'Undo clearing' })
      await expect(undo).toBeEnabled()
      await keys.use(undo)
      await expect(app.toast('1 of 1 message restored.').first()).toBeVisible()
      await expect(grid.getByRole('row').nth(1)).toContainText('plant/oven')
    },
    devices: async () => {
      await keys.to(page.getByRole('tab', { name: 'Sparkplug B' }))
      await keys.press('ArrowRight')
      await keys.to(page.getByRole('listbox'))
      await keys.press('Home')
      await expect(grid).toContainText('Warmth')
    },
    packets: async () => {
      await keys.use(page.getByRole('main').getByRole('button', { name: 'Record packets' }))
      await expect(page.getByRole('switch', { name: 'Record packets' })).toBeChecked()
      await client.publishAsync('plant/oven', '{"temp": 23}', { qos: 1 })
      await expect(grid.getByRole('row').nth(1)).toBeVisible()
      await keys.to(grid)
      await keys.press('Home')
      await expect(page.getByRole('region', { name: 'Packet', exact: true })).toBeVisible()
    },
    watch: async () => {
      const watch = new WatchPage(app)
      await keys.use(app.button('New rule').first())
      await keys.to(watch.field('Topic filter'))
      await keys.type('plant/oven')
      await keys.to(watch.field('Limit'))
      await keys.type('80')
      await keys.use(watch.form.getByRole('button', { name: 'Save and switch on' }))
      await expect(watch.form).toHaveCount(0)
      await keys.to(app.tab('Rules'))
      await keys.press('ArrowRight')
      await expect(app.tab('Log')).toBeFocused()
    },
    collections: async () => {
      const collections = new CollectionsPage(app)
      await keys.use(page.getByRole('button', { name: /^New message,/ }))
      await keys.choose('New message…')
      await keys.to(dialog.getByRole('textbox'))
      await keys.type('Lamp')
      await keys.press('Enter')
      await keys.to(collections.form('Lamp').getByLabel('Topic', { exact: true }))
      await keys.type('plant/lamp')
      await keys.press('Control+Enter')
      await expect(collections.form('Lamp')).toContainText('Published plant/lamp')
      await keys.to(collections.row('Lamp'))
      await keys.press('ArrowUp')
    },
    checks: async () => {
      const checks = new ChecksPage(app)
      const folder = join(treetop.dataDirectory, 'collections')
      writeFileSync(join(folder, 'oven.test.yaml'), 'steps:\n  - wait: 1ms\n')
      await checks.row('oven, not run').first().waitFor()
      await keys.to(checks.tree)
      await keys.press('End')
      await keys.press('Control+Enter')
      await expect(checks.summary).toContainText('1 passed')
      await keys.press('Enter')
      await expect(checks.detail('oven').getByRole('button', { name: 'Run', exact: true })).toBeFocused()
    },
    broker: async () => {
      const tabs = page.getByRole('tablist', { name: 'Local broker' })
      await keys.to(tabs.getByRole('tab', { selected: true }))
      await keys.press('Home')
      const seen: string[] = []
      for (const name of await tabs.getByRole('tab').locator('.name').allInnerTexts()) {
        await expect(tabs.getByRole('tab', { name: new RegExp(`^${name}`) })).toBeFocused()
        await sections[name]?.()
        if (sections[name]) seen.push(name)
        await keys.to(tabs.getByRole('tab', { selected: true }))
        await keys.press('ArrowDown')
      }
      expect(seen).toEqual(Object.keys(sections))
      expect(await tabs.getByRole('tab').count()).toBe(seen.length)
    },
    probe: async () => {
      await keys.use(app.button('Test this broker'))
      await keys.use(page.getByRole('button', { name: 'yes QoS 1' }))
      await expect(page.getByRole('list', { name: 'Packets' })).toBeVisible()
    },
    learn: async () => {
      await keys.use(app.button('Connect the phone'))
      await expect(page.getByText('Done', { exact: true }).first()).toBeAttached()
    },
    settings: async () => {
      await keys.to(app.choice('Theme', 'System'))
      await keys.press('ArrowRight')
      await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    }
  }

  const pages = await keys.pages()
  expect(pages.toSorted()).toEqual(Object.keys(visits).toSorted())
  for (const [id, visit] of Object.entries(visits))
    await test.step(id, async () => {
      await keys.go(id)
      await visit()
    })
  await client.endAsync()
})
