import mqtt from 'mqtt'
import { mosquittoPub, mosquittoSub } from './fixtures/clients'
import { freePort } from './fixtures/port'
import { BridgesPage } from './pages/bridges'
import { expect, test } from './test'

test('a bridge with a prefix each way carries messages, counts them, and recovers when the other broker comes back', async ({
  app,
  mosquitto,
  treetop
}) => {
  await mosquitto.start()
  await app.startLocalBroker()
  // By itself it would try again only long after the button is pressed.
  const patiently = (): Promise<void> => app.field('First retry after').fill('5')
  await app.newProfile({ name: 'Customer', host: '127.0.0.1', port: mosquitto.tcp }, patiently)
  await app.expectOnline('Customer')
  const bridges = new BridgesPage(app)
  await bridges.open()

  await bridges.begin('Site', 'Customer')
  await bridges.fillRule(1, { direction: 'In', filter: 'plant/#', local: 'site1/' })
  await app.button('Add rule').click()
  await bridges.fillRule(2, { direction: 'Out', filter: 'orders/#', local: 'home/', remote: 'office/' })
  await bridges.form.getByLabel('Topic', { exact: true }).fill('home/orders/7')
  await expect(bridges.form.getByRole('status')).toContainText('office/orders/7')
  await expect(bridges.form.getByRole('status')).toContainText('not carried')
  await app.button('Save and switch on').click()
  await bridges.expectState('Site', 'Online')

  const here = await mosquittoSub(treetop.brokerPort, 'site1/#', '-q', '1')
  const there = await mosquittoSub(mosquitto.tcp, 'office/#', '-q', '1')
  mosquittoPub(mosquitto.tcp, 'plant/lamp', 'on', '-q', '1')
  await here.until(/site1\/plant\/lamp on/)
  mosquittoPub(treetop.brokerPort, 'home/orders/7', 'bread', '-q', '1')
  await there.until(/office\/orders\/7 bread/)
  await expect(bridges.figure('Site', 'In')).toHaveText('1 message · 2 B')
  await expect(bridges.figure('Site', 'Out')).toHaveText('1 message · 5 B')
  await there.stop()

  await mosquitto.stop()
  await bridges.expectState('Site', 'Reconnecting')
  await expect(bridges.card('Site')).toContainText(`Nothing is listening on 127.0.0.1:${mosquitto.tcp}`)
  mosquittoPub(treetop.brokerPort, 'home/orders/8', 'rolls', '-q', '1')
  await expect(bridges.figure('Site', 'Waiting to go out')).toContainText('1 message')

  await mosquitto.start()
  await bridges.card('Site').getByRole('button', { name: 'Retry now' }).click()
  await bridges.expectState('Site', 'Online')
  await expect(bridges.figure('Site', 'Waiting to go out')).toContainText('0 messages')
  await here.stop()
})

test('a bridge to nowhere says so, and the broker goes on; removing it names what is lost', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  const port = await freePort()
  await app.newProfile({ name: 'Nowhere', host: '127.0.0.1', port })
  await expect(app.page.getByText('Nothing is listening').first()).toBeVisible()
  const bridges = new BridgesPage(app)
  await bridges.open()
  await bridges.begin('Lost', 'Nowhere')
  await bridges.fillRule(1, { direction: 'Out', filter: 'a/#' })
  await app.button('Save and switch on').click()
  await expect(bridges.card('Lost')).toContainText(`Nothing is listening on 127.0.0.1:${port}`)
  const client = await mqtt.connectAsync({ port: treetop.brokerPort })
  await client.subscribeAsync('a/#')
  const heard = new Promise<string>((resolve) => client.once('message', (topic) => resolve(topic)))
  await client.publishAsync('a/b', 'x')
  expect(await heard).toBe('a/b')
  await client.endAsync()

  await bridges.chooseFor('Lost', 'Remove…')
  const dialog = app.page.getByRole('dialog', { name: 'Remove Lost?' })
  await expect(dialog).toContainText('Its 1 rule is lost')
  await expect(dialog).toContainText('Messages waiting on either broker are discarded')
  await dialog.getByRole('button', { name: 'Remove bridge' }).click()
  await expect(app.page.getByText('No bridges yet')).toBeVisible()
})

test('faults stand beside their fields, and nothing typed is lost', async ({ app, mosquitto }) => {
  await mosquitto.start()
  await app.startLocalBroker()
  await app.newProfile({ name: 'Old', host: '127.0.0.1', port: mosquitto.tcp }, () =>
    app.chooseVersion('3.1.1')
  )
  await app.expectOnline('Old')
  const bridges = new BridgesPage(app)
  await bridges.open()
  await app.button('New bridge').click()
  await app.button('Save and switch on').click()
  await expect(bridges.form.getByLabel('Name', { exact: true })).toBeFocused()
  await expect(bridges.form.getByRole('alert')).toHaveCount(2)

  await bridges.form.getByLabel('Name', { exact: true }).fill('First')
  await bridges.form.getByLabel('Other broker', { exact: true }).selectOption({ label: 'Old' })
  await bridges.fillRule(1, { direction: 'In', filter: '#', local: 'site1' })
  await app.button('Save').click()
  await expect(bridges.rule(1)).toContainText('End the prefix with a slash')
  await bridges.fillRule(1, { direction: 'In', filter: 'plant/#', local: 'site1/' })
  await app.button('Add rule').click()
  await bridges.fillRule(2, { direction: 'Both ways', filter: 'plant/+' })
  await app.button('Save').click()
  await expect(bridges.rule(2).getByRole('alert')).toContainText(
    'Another rule carries some of the same topics'
  )
  await expect(bridges.rule(2).getByLabel('Filter', { exact: true })).toBeFocused()

  // The user looks something up elsewhere, and returns to what was typed.
  await app.go('Topics')
  await bridges.open()
  await expect(bridges.rule(2).getByLabel('Filter', { exact: true })).toHaveValue('plant/+')
  await bridges.rule(2).getByRole('button', { name: 'Remove rule 2' }).click()
  await app.button('Save').click()
  await bridges.expectState('First', 'Off')

  // Over MQTT 3.1.1, a second bridge in the other direction would bring the messages back.
  await bridges.begin('Second', 'Old')
  await bridges.fillRule(1, { direction: 'Out', filter: 'plant/#' })
  await app.button('Save').click()
  await expect(bridges.rule(1).getByRole('alert')).toContainText('messages would loop')
  await bridges.fillRule(1, { direction: 'Out', filter: 'office/#' })
  await app.button('Save').click()
  await bridges.expectState('Second', 'Off')
})

test('a bridge is edited, switched off, and copied as lines for mosquitto.conf', async ({
  app,
  mosquitto,
  treetop
}) => {
  await mosquitto.start()
  await app.startLocalBroker()
  await app.newProfile({ name: 'Customer', host: '127.0.0.1', port: mosquitto.tcp })
  await app.expectOnline('Customer')
  const bridges = new BridgesPage(app)
  await bridges.open()
  await bridges.begin('Site', 'Customer')
  await bridges.fillRule(1, {
    direction: 'Both ways',
    filter: '#',
    local: 'site1/',
    remote: 'plant/',
    qos: 2
  })
  await app.button('Save and switch on').click()
  await bridges.expectState('Site', 'Online')

  await bridges.chooseFor('Site', 'Lines for mosquitto.conf…')
  const dialog = app.page.getByRole('dialog', { name: 'Site in mosquitto.conf' })
  await expect(dialog).toContainText('topic # both 2 site1/ plant/')
  await dialog.getByRole('button', { name: 'Copy the lines' }).click()
  await expect.poll(() => treetop.clipboard()).toContain(`address 127.0.0.1:${mosquitto.tcp}`)
  await app.page.keyboard.press('Escape')

  await mosquitto.stop()
  await bridges.expectState('Site', 'Reconnecting')
  mosquittoPub(treetop.brokerPort, 'site1/a', 'x', '-q', '1')
  await expect(bridges.figure('Site', 'Waiting to go out')).toContainText('1 message')
  await bridges.chooseFor('Site', 'Edit…')
  await bridges.rule(1).getByLabel('Prefix on the local broker').fill('site2/')
  await app.button('Save').click()
  const discard = app.page.getByRole('dialog', { name: 'Discard waiting messages?' })
  await expect(discard).toContainText('1 message waiting here is discarded')
  await app.page.keyboard.press('Escape')
  await expect(discard).toHaveCount(0)
  await app.button('Cancel').click()
  await app.button('Discard').click()

  const card = bridges.card('Site')
  await card.getByRole('switch', { name: 'On' }).click()
  const off = app.page.getByRole('dialog', { name: 'Switch Site off?' })
  await expect(off).toContainText('1 message waiting to go out is discarded')
  await off.getByRole('button', { name: 'Switch off' }).click()
  await bridges.expectState('Site', 'Off')
})
