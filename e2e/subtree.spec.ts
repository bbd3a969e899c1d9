import mqtt from 'mqtt'
import { mosquittoPub } from './fixtures/clients'
import type { Mosquitto } from './fixtures/mosquitto'
import { retainedTopics } from './fixtures/retained'
import { SlowWire } from './fixtures/slow-wire'
import { BridgesPage } from './pages/bridges'
import { PalettePage } from './pages/palette'
import type { AppPage } from './pages/app'
import { expect, test } from './test'

/** Retains messages on a broker: `plant/0` and so on. */
async function retain(port: number, count: number): Promise<void> {
  const client = await mqtt.connectAsync({ port })
  await Promise.all(
    Array.from({ length: count }, (_, number) =>
      client.publishAsync(`plant/${number}`, `value ${number}`, { qos: 1, retain: true })
    )
  )
  await client.publishAsync('other', 'stays', { qos: 1, retain: true })
  await client.endAsync()
}

async function connectTo(app: AppPage, mosquitto: Mosquitto): Promise<void> {
  await app.newProfile({ name: 'Customer', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Customer')
  await expect(app.topic('plant')).toBeVisible()
}

test('200 retained topics are taken home in three clicks, seen in the tree, and undone', async ({
  app,
  mosquitto,
  treetop
}) => {
  await mosquitto.start()
  await retain(mosquitto.tcp, 200)
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'plant/7', 'mine', '-r', '-q', '1')
  await connectTo(app, mosquitto)
  const subtree = new BridgesPage(app)

  await subtree.chooseForTopic('plant', 'Copy subtree')
  await expect(subtree.bar).toContainText('Copied 200 retained messages (1.7 kB) of plant/# from Customer.')
  await subtree.bar.getByRole('button', { name: 'Paste on local broker' }).click()
  await expect(subtree.bar).toContainText('200 of 200 retained messages pasted')

  await subtree.bar.getByRole('button', { name: 'Open topic' }).click()
  await app.expectOnline('Local broker')
  await app.select('plant/7')
  await expect(app.payload).toContainText('value 7')
  await expect(app.topic('plant')).toContainText('200')
  await expect(app.topic('other')).toHaveCount(0)

  // Another client has changed one topic since: the undo leaves it alone until told otherwise.
  mosquittoPub(treetop.brokerPort, 'plant/8', 'newer', '-r', '-q', '1')
  await subtree.bar.getByRole('button', { name: 'Undo paste' }).click()
  await expect(subtree.bar).toContainText('Undone: 199 of 200 topics')
  await expect(subtree.bar).toContainText('1 topic was left alone')
  await app.select('plant/7')
  await expect(app.payload).toContainText('mine')
  await subtree.bar.getByRole('button', { name: 'Overwrite 1 new message…' }).click()
  await app.page.getByRole('dialog').getByRole('button', { name: 'Overwrite' }).click()
  await expect(subtree.bar).toContainText('Undone: 1 of 1 topic')
  expect(await retainedTopics(treetop.brokerPort, '#')).toEqual(['plant/7'])
})

test('a subtree is pasted under another topic from the palette, and the stopped broker is started', async ({
  app,
  mosquitto,
  treetop
}) => {
  await mosquitto.start()
  await retain(mosquitto.tcp, 3)
  await connectTo(app, mosquitto)
  const subtree = new BridgesPage(app)
  const palette = new PalettePage(app.page)
  await app.select('plant')
  await palette.run('Copy subtree')
  await expect(subtree.bar).toContainText('Copied 3 retained messages')

  await palette.run('Paste subtree')
  const dialog = subtree.pasteDialog
  await dialog.getByLabel('Replace with').fill('site/#')
  await expect(dialog.getByRole('alert')).toContainText('cannot contain')
  await dialog.getByLabel('Replace with').fill('site/plant')
  await expect(dialog).toContainText('plant/… → site/plant/…')
  await dialog.getByRole('button', { name: 'Start local broker and paste' }).click()
  await expect(subtree.bar).toContainText('3 of 3 retained messages pasted')
  expect(await retainedTopics(treetop.brokerPort, '#')).toEqual([
    'site/plant/0',
    'site/plant/1',
    'site/plant/2'
  ])

  // From the tree of the local broker, below the topic that the menu belongs to.
  await subtree.bar.getByRole('button', { name: 'Open topic' }).click()
  await subtree.chooseForTopic('site', 'Paste subtree…')
  await expect(dialog.getByLabel('Replace with')).toHaveValue('site/plant')
  await expect(dialog).toContainText('can no longer be undone')
  await app.page.keyboard.press('Escape')

  await subtree.open()
  await expect(subtree.bar).toHaveCount(0)
  await app.button('Undo paste').click()
  await expect(app.page.getByText('Undone: 3 of 3 topics')).toBeVisible()
  expect(await retainedTopics(treetop.brokerPort, '#')).toEqual([])
  await app.button('Discard the copy').click()
  await expect(app.page.getByText('right-click a topic and choose')).toBeVisible()
})

test('a copy that fails says why', async ({ app, mosquitto }) => {
  await mosquitto.start()
  await retain(mosquitto.tcp, 3)
  await connectTo(app, mosquitto)
  const subtree = new BridgesPage(app)
  await mosquitto.stop()
  await subtree.chooseForTopic('plant', 'Copy subtree')
  await expect(subtree.bar.getByRole('alert')).toContainText('plant/# could not be copied from Customer')
  await expect(subtree.bar.getByRole('alert')).toContainText(
    `Nothing is listening on 127.0.0.1:${mosquitto.tcp}`
  )
  await subtree.bar.getByRole('button', { name: 'Dismiss' }).click()
  await expect(subtree.bar).toHaveCount(0)
})

test('a copy is cancelled while it runs', async ({ app, mosquitto }) => {
  await mosquitto.start()
  await retain(mosquitto.tcp, 3)
  // A distant broker: the copy takes seconds.
  const wire = new SlowWire()
  await wire.open(mosquitto.tcp, 500)
  await app.newProfile({ name: 'Far', host: '127.0.0.1', port: wire.port })
  await app.expectOnline('Far')
  await expect(app.topic('plant')).toBeVisible()
  const subtree = new BridgesPage(app)
  await subtree.chooseForTopic('plant', 'Copy subtree')
  await expect(subtree.bar.getByRole('progressbar')).toBeVisible()
  await subtree.bar.getByRole('button', { name: 'Cancel' }).click()
  await expect(subtree.bar).toHaveCount(0)
  await new PalettePage(app.page).open()
  await app.page.keyboard.type('subtree')
  await expect(new PalettePage(app.page).item(/Copy subtree/)).toBeVisible()
  await expect(new PalettePage(app.page).item(/Paste subtree/)).toHaveCount(0)
  wire.close()
})
