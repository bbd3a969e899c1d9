import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mosquittoPub, mosquittoSub } from './fixtures/clients'
import { CollectionsPage } from './pages/collections'
import { ScriptPage } from './pages/scripts'
import { expect, test } from './test'

const SIGN = `function beforePublish(message) {
  const order = message.json()
  if (order.count > 3) cancel('at most three')
  message.payload = { ...order, by: variables.who }
  console.log('signed', order.count)
}
`

test('a script signs a saved message in the preview and when it is published, cancels it, and says where it fails', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const collections = new CollectionsPage(app)
  await collections.open()
  const folder = join(treetop.dataDirectory, 'collections')
  writeFileSync(join(folder, 'collection.yaml'), 'variables:\n  who: me\n')
  writeFileSync(join(folder, 'order.yaml'), `topic: order\npayload: '{"count": 2}'\nscript: sign.script.js\n`)
  writeFileSync(join(folder, 'sign.script.js'), SIGN)

  // A script that came with the folder does not run before somebody switches it on.
  await collections.row('order').click()
  const form = collections.form('order')
  const field = form.getByLabel('Script before publishing')
  await expect(field).toHaveValue('sign.script.js')
  await expect(field).toHaveAccessibleDescription(/sign.script.js is off/)
  await form.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(form.getByRole('status')).toContainText('Nothing was published')
  await form.getByRole('button', { name: 'Show script' }).click()
  const script = new ScriptPage(app, 'sign')
  await expect(script.state).toContainText('Off')
  await script.allowed.click()
  await expect(script.state).toHaveText('Runs before messages that name it are published.')

  const orders = await mosquittoSub(treetop.brokerPort, 'order')
  await collections.row('order').click()
  await expect(collections.preview).toContainText('{"count":2,"by":"me"}')
  await form.getByRole('button', { name: 'Publish', exact: true }).click()
  await orders.until(/order \{"count":2,"by":"me"\}/)
  await form.getByLabel('Payload', { exact: true }).fill('{"count": 4}')
  await expect(field).toHaveAccessibleDescription('The script cancelled: at most three')
  await form.getByRole('button', { name: 'Publish', exact: true }).click()
  await expect(form.getByRole('status')).toContainText('The script cancelled: at most three')

  // Edited here, it stays on; a preview leaves no line in the console.
  await collections.row('sign').click()
  await expect(script.lines.filter({ hasText: 'signed 2' })).toHaveCount(1)
  const faulty = 'function beforePublish(message) {\n  message.nothing.at = 1\n}\n'
  await script.write(faulty)
  await page.keyboard.press('Control+s')
  await expect(script.save).toBeDisabled()
  expect(readFileSync(join(folder, 'sign.script.js'), 'utf8')).toBe(faulty)
  await collections.row('order').click()
  await expect(field).toHaveAccessibleDescription(/sign.script.js, line 2: TypeError/)

  // What another program writes must be read first.
  appendFileSync(join(folder, 'sign.script.js'), '// from git\n')
  await expect(field).toHaveAccessibleDescription(/was changed by another program/)
  await collections.row('sign').click()
  await expect(script.state).toContainText('Another program changed the file')
  await expect(script.editor).toContainText('// from git')
  await orders.stop()
})

test('a script of an opened folder answers, transforms and raises notices, is limited, and runs again after a restart @every-host', async ({
  app,
  host,
  treetop
}) => {
  await app.startLocalBroker()
  const folder = mkdtempSync(join(tmpdir(), 'treetop-scripts-'))
  mkdirSync(join(folder, 'lamps'))
  const file = join(folder, 'lamps', 'lamp.script.js')
  writeFileSync(
    file,
    `// @connection Local broker
// @filter lamp/+/set

function onMessage(message) {
  const text = message.text()
  if (text === 'spin') while (true) {}
  state.count = (state.count ?? 0) + 1
  publish({ topic: message.topic.replace(/set$/, 'state'), payload: { is: text, count: state.count }, retain: true })
  // It gets nothing of its own.
  publish({ topic: 'lamp/echo/set', payload: 'own' })
  if (text === 'hot') notice('too hot: ' + message.topic)
  console.warn('handled', text)
}
`
  )
  const collections = new CollectionsPage(app)
  await collections.open()
  if (host === 'browser') await collections.add('Open a collection…', folder)
  else await treetop.chooses(folder, () => collections.menu('Open a collection…'))
  await collections.row('lamps').waitFor()
  await collections.row('lamp').click()
  const script = new ScriptPage(app, 'lamp')
  const port = treetop.brokerPort
  const states = await mosquittoSub(port, 'lamp/+/state')
  const send = (payload: string): void => mosquittoPub(port, 'lamp/1/set', payload, '-q', '1')
  await expect(script.state).toHaveText('Off. Nothing of this file runs until you switch it on.')
  await script.allowed.click()
  await expect(script.state).toContainText('Running')
  // In a browser, a script that raises notices asks for the permission to show them outside of the page.
  await expect(script.region.getByRole('button', { name: 'Allow notifications' })).toHaveCount(
    host === 'browser' ? 1 : 0
  )
  send('on')
  await states.until(/lamp\/1\/state \{"is":"on","count":1\}/)
  send('hot')
  await states.until(/lamp\/1\/state \{"is":"hot","count":2\}/)
  await expect(app.toast('too hot: lamp/1/set')).toBeVisible()
  await expect(script.lines.filter({ hasText: 'handled hot' })).toHaveCount(1)
  await expect(script.state).toContainText('2 messages received, 4 published')

  // One that does not end loses its state, not its place.
  send('spin')
  await expect(script.lines.filter({ hasText: 'did not finish within 250 ms' })).not.toHaveCount(0)
  send('again')
  await states.until(/\{"is":"again","count":1\}/)
  await script.clear.click()
  await expect(script.lines).toHaveCount(0)

  await states.stop()
  await treetop.stop()
  await treetop.start()
  await app.open(treetop)
  await app.startLocalBroker()
  const later = await mosquittoSub(treetop.brokerPort, 'lamp/+/state')
  const again = new CollectionsPage(app)
  await again.open()
  await again.row('lamp').click()
  const scriptAgain = new ScriptPage(app, 'lamp')
  await expect(scriptAgain.state).toContainText('Running')
  mosquittoPub(treetop.brokerPort, 'lamp/2/set', 'back', '-q', '1')
  await later.until(/lamp\/2\/state \{"is":"back","count":1\}/)
  await scriptAgain.allowed.click()
  await expect(scriptAgain.state).toContainText('Off')
  await later.stop()
  rmSync(folder, { recursive: true })
})
