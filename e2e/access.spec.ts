import { spawn, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import mqtt from 'mqtt'
import { AccessPage } from './pages/access'
import { expect, test } from './test'

/** mosquitto_pub over MQTT 5 at QoS 1: whether the broker accepted the message, and what the tool said. */
async function publish(
  port: number,
  topic: string,
  ...flags: string[]
): Promise<{ isAccepted: boolean; said: string }> {
  const args = ['-h', '127.0.0.1', '-p', String(port), '-V', '5', '-q', '1', '-t', topic, '-m', 'x', ...flags]
  const child = spawn('mosquitto_pub', args)
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  const code = await new Promise((resolve) => child.once('close', resolve))
  return { isAccepted: code === 0 && said === '', said }
}

const as = (name: string): string[] => ['-u', name, '-P', `${name} secret`]

test('a user and a rule let one publisher in and refuse another, whose attempt appears and is allowed with a click', async ({
  app,
  treetop
}) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  const access = new AccessPage(app)
  await access.open()
  await access.addUser('ada', 'ada secret')
  await access.addUser('bob', 'bob secret')
  await access.addRule({ action: 'Publish', user: 'ada', filter: 'plant/%u/#' })
  await access.byDefault('Deny')
  await expect(app.page.getByText('Anything that no rule allows is denied.')).toBeVisible()
  expect((await publish(port, 'plant/ada/oven', ...as('ada'))).isAccepted).toBe(true)
  expect((await publish(port, 'plant/bob/oven', ...as('bob'), '-i', 'bobs-client')).said).toMatch(
    /not authori/i
  )
  expect((await publish(port, 'plant/ada/oven', '-u', 'ada', '-P', 'guessed')).said).toMatch(
    /bad user|not auth/i
  )

  await access.tab('Refused attempts').click()
  await expect(access.attempt('bobs-client')).toContainText('No rule matched')
  await expect(access.rows('Refused attempts').filter({ hasText: 'Wrong password' })).toHaveCount(1)
  await access.attempt('bobs-client').getByRole('button', { name: 'Allow this…' }).click()
  await expect(access.dialog).toContainText('Allow user bob to publish to plant/bob/oven')
  await expect(access.dialog).toContainText('It goes to the end of the list')
  await access.dialog.getByRole('button', { name: 'Add rule' }).click()
  await expect(access.attempt('bobs-client')).toContainText('Allowed now')
  expect((await publish(port, 'plant/bob/oven', ...as('bob'))).isAccepted).toBe(true)

  await app.button('Undo').click()
  await expect(access.attempt('bobs-client').getByRole('button', { name: 'Allow this…' })).toBeVisible()
  expect((await publish(port, 'plant/bob/oven', ...as('bob'))).isAccepted).toBe(false)
})

test('"May this client do this?" says yes or no, names the rule that decides, and marks it', async ({
  app
}) => {
  const access = new AccessPage(app)
  await access.open()
  await access.addUser('ada', 'ada secret')
  await access.addRule({ effect: 'Deny', action: 'Subscribe', filter: 'plant/secret' })
  await access.addRule({ user: 'ada', filter: 'plant/#' })
  await access.byDefault('Deny')
  await access.ask({ user: 'ada', action: 'Publish', topic: 'plant/secret' })
  await expect(access.answer).toContainText('Yes')
  await expect(access.answer).toContainText('Rule 2 allows it.')
  await expect(access.marked).toHaveCount(1)
  await expect(access.marked).toContainText('plant/#')

  await access.ask({ user: 'ada', action: 'Subscribe', topic: 'plant/+' })
  await expect(access.answer).toContainText('Messages that the marked rules deny are not delivered.')
  await expect(access.marked).toContainText(['1 except', '2 decides'])

  await access.ask({ user: 'ada', action: 'Subscribe', topic: 'plant/secret' })
  await expect(access.answer).toContainText('No')
  await expect(access.answer).toContainText('Rule 1 denies it.')
  await access.ask({ clientId: 'esp32', action: 'Publish', topic: 'plant/oven' })
  await expect(access.answer).toContainText('No rule matches, and the default is to deny.')
  await expect(access.marked).toHaveCount(0)
  await access.ask({ user: 'eve', action: 'Publish', topic: 'plant/oven' })
  await expect(access.answer).toContainText('The client cannot connect: there is no user eve.')
  await access.ask({ action: 'Publish', topic: 'plant/#' })
  await expect(access.answer).toContainText('cannot contain + or #')
})

test('a rule that cannot be read gets its sentence beside the field, and the running broker stays as it was', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  const access = new AccessPage(app)
  await access.open()
  await access.fillRule({ effect: 'Deny', filter: 'plant/#/oven', clientId: 'esp32' })
  await access.saveRule()
  const filter = access.dialog.getByLabel('Topic filter')
  await expect(filter).toHaveAccessibleDescription(/# .*last level/)
  await expect(filter).toHaveValue('plant/#/oven')
  expect((await publish(treetop.brokerPort, 'plant/oven', '-i', 'esp32')).isAccepted).toBe(true)
  await filter.fill('$share/group/plant/#')
  await access.saveRule()
  await expect(filter).toHaveAccessibleDescription(/\$share/)
  await filter.fill('plant/#')
  await access.saveRule()
  await expect(access.filters).toHaveText(['plant/#'])
  expect((await publish(treetop.brokerPort, 'plant/oven', '-i', 'esp32')).isAccepted).toBe(false)
  expect((await publish(treetop.brokerPort, 'plant/oven', '-i', 'other')).isAccepted).toBe(true)
})

test('the order of rules is changed by drag and by keys, and counts at once; a removed rule comes back', async ({
  app,
  treetop
}) => {
  const { page } = app
  await app.startLocalBroker()
  const access = new AccessPage(app)
  await access.open()
  for (const [effect, filter] of [
    ['Deny', '#'],
    ['Allow', 'b'],
    ['Allow', 'c']
  ] as const)
    await access.addRule({ effect, filter })
  expect((await publish(treetop.brokerPort, 'c')).isAccepted).toBe(false)
  const row = (index: number) => access.rows('Rules').nth(index)
  const from = (await row(2).locator('[data-handle]').boundingBox())!
  const to = (await row(0).boundingBox())!
  await page.mouse.move(from.x + 5, from.y + 5)
  await page.mouse.down()
  await page.mouse.move(to.x + 40, to.y + to.height, { steps: 5 })
  await page.mouse.move(to.x + 40, to.y + 4, { steps: 5 })
  await page.mouse.up()
  await expect(access.filters).toHaveText(['c', '#', 'b'])
  expect((await publish(treetop.brokerPort, 'c')).isAccepted).toBe(true)

  await access.filters.nth(1).click()
  await page.keyboard.press('Alt+ArrowDown')
  await expect(access.filters).toHaveText(['c', 'b', '#'])
  expect((await publish(treetop.brokerPort, 'b')).isAccepted).toBe(true)
  await page.keyboard.press('Alt+ArrowUp')
  await page.keyboard.press('Alt+ArrowUp')
  await expect(access.filters).toHaveText(['#', 'c', 'b'])

  await page.keyboard.press('Delete')
  await expect(access.filters).toHaveText(['c', 'b'])
  await page.keyboard.press('Delete')
  await expect(access.filters).toHaveText(['b'])
  await app.button('Undo').click()
  await app.button('Undo').click()
  await expect(access.filters).toHaveText(['#', 'c', 'b'])
  expect((await publish(treetop.brokerPort, 'b')).isAccepted).toBe(false)

  await access.filters.nth(2).click()
  await page.keyboard.press('Enter')
  await access.dialog.getByLabel('Comment').fill('for the bell')
  await page.keyboard.press('Enter')
  await expect(access.rows('Rules').nth(2)).toContainText('for the bell')
})

test('before a change disconnects clients it names them; the demo devices go on', async ({
  app,
  treetop
}) => {
  const { page } = app
  await app.startLocalBroker()
  await app.go('Local broker')
  await app.button('Start demo devices').click()
  await expect(app.button('Stop demo devices')).toBeVisible()
  const client = await mqtt.connectAsync({
    port: treetop.brokerPort,
    clientId: 'nameless-7',
    protocolVersion: 5,
    reconnectPeriod: 0
  })
  const closed = new Promise((resolve) => client.once('close', () => resolve(true)))
  const access = new AccessPage(app)
  await access.open()
  await access.addUser('ada', 'ada secret')
  await access.anonymous.click()
  await expect(access.dialog).toContainText('Disconnect 1 client?')
  await expect(access.dialog).toContainText('nameless-7')
  await access.dialog.getByRole('button', { name: 'Cancel' }).last().click()
  await expect(access.anonymous).toBeChecked()
  expect(client.connected).toBe(true)
  await access.anonymous.click()
  await access.dialog.getByRole('button', { name: 'Change and disconnect' }).click()
  expect(await closed).toBe(true)
  await expect(access.anonymous).not.toBeChecked()
  await access.byDefault('Deny')
  await expect(page.getByText('The demo devices are exempt')).toBeVisible()

  // Devices that are started now get in, too.
  await page.getByRole('tablist', { name: 'Local broker' }).getByRole('tab', { name: 'Overview' }).click()
  await app.button('Stop demo devices').click()
  await app.button('Start demo devices').click()
  await expect(app.button('Stop demo devices')).toBeVisible()
  await access.open()
  await access.tab('Refused attempts').click()
  await expect(page.getByText('Nothing refused')).toBeVisible()
  await app.go('Topics')
  await app.select('plant/line1/oven/telemetry')
  await expect(app.payload).toContainText('°C')
})

test('a user gets another password, is removed, and comes back with the same password', async ({
  app,
  treetop
}) => {
  const { page } = app
  const port = treetop.brokerPort
  await app.startLocalBroker()
  const access = new AccessPage(app)
  await access.open()
  await access.addUser('ada', 'first')
  await access.button('Add user').click()
  await access.dialog.getByLabel('User name').fill('ada')
  await expect(access.dialog.getByLabel('User name')).toHaveAccessibleDescription(/already/)
  await access.dialog.getByLabel('User name').fill('a:b')
  await access.dialog.getByLabel('Password', { exact: true }).fill('x')
  await page.keyboard.press('Enter')
  await expect(access.dialog.getByLabel('User name')).toHaveAccessibleDescription(/colon/)
  await page.keyboard.press('Escape')

  await access.button('Change the password of ada').click()
  await access.dialog.getByRole('button', { name: 'Generate a password' }).click()
  const password = await access.dialog.getByLabel('Password', { exact: true }).inputValue()
  expect(password).toMatch(/^\w{20}$/)
  await page.keyboard.press('Enter')
  await expect(access.dialog).toHaveCount(0)
  expect((await publish(port, 't', '-u', 'ada', '-P', 'first')).isAccepted).toBe(false)
  expect((await publish(port, 't', '-u', 'ada', '-P', password)).isAccepted).toBe(true)

  await access.addUser('bob', 'bob secret')
  await access.rows('Users').filter({ hasText: 'ada' }).click()
  await page.keyboard.press('Delete')
  await expect(access.rows('Users')).toHaveCount(1)
  expect((await publish(port, 't', '-u', 'ada', '-P', password)).isAccepted).toBe(false)
  await app.button('Undo').click()
  await expect(access.rows('Users')).toHaveCount(2)
  expect((await publish(port, 't', '-u', 'ada', '-P', password)).isAccepted).toBe(true)
})

test('Mosquitto’s password_file and acl_file are imported, bad lines are named, and both are exported again', async ({
  app,
  treetop
}) => {
  const { page } = app
  const port = treetop.brokerPort
  const passwords = test.info().outputPath('passwords')
  spawnSync('mosquitto_passwd', ['-c', '-b', passwords, 'carol', 'carol secret'])
  await app.startLocalBroker()
  const access = new AccessPage(app)
  await access.open()
  await access.addRule({ effect: 'Deny', filter: 'before' })
  await access.button('Import…').click()
  const choose = async (name: string, content: string): Promise<void> => {
    const chooser = page.waitForEvent('filechooser')
    await access.dialog.getByRole('button', { name: `Choose ${name}…` }).click()
    const file = { name, mimeType: 'text/plain', buffer: Buffer.from(content) }
    await (await chooser).setFiles(file)
    await expect(access.dialog.getByRole('button', { name: `Choose ${name}…` })).toHaveCount(0)
  }
  await choose('password_file', `${readFileSync(passwords, 'utf8')}dave:plain text\n`)
  await choose('acl_file', 'user carol\ntopic write plant/#\nsurprise\ntopic read a/#/b\n')
  await access.dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(access.dialog.getByRole('listitem')).toContainText([
    /password_file, line 2.*dave:.*plain text/,
    /acl_file, line 3.*surprise.*Not a line/,
    /acl_file, line 4.*a\/#\/b.*not valid/
  ])
  await access.dialog.getByRole('button', { name: 'Close' }).last().click()
  await access.tab('Rules').click()
  await expect(access.filters).toHaveText(['plant/#'])
  const carol = ['-u', 'carol', '-P', 'carol secret']
  expect((await publish(port, 'plant/oven', ...carol)).isAccepted).toBe(true)
  expect((await publish(port, 'home', ...carol)).isAccepted).toBe(false)

  await access.addRule({ clientId: 'esp32', filter: 'only/here' })
  await access.button('Export…').click()
  await expect(access.dialog).toContainText('Rule 2 (Allow client esp32')
  await expect(access.dialog).toContainText('rules by client ID are not supported there')
  const saved = async (name: string): Promise<string> => {
    const download = page.waitForEvent('download')
    await access.dialog.getByRole('button', { name: `Save ${name}` }).click()
    return readFileSync(await (await download).path(), 'utf8')
  }
  expect(await saved('password_file')).toBe(readFileSync(passwords, 'utf8'))
  expect(await saved('acl_file')).toBe('user carol\ntopic write plant/#\n')
  await page.keyboard.press('Escape')
  await access.rows('Rules').nth(1).click()
  await page.keyboard.press('Delete')
  await app.button('Undo').click()
  await expect(access.filters).toHaveText(['plant/#', 'only/here'])
})

test('an import is taken back whole', async ({ app }) => {
  const { page } = app
  const access = new AccessPage(app)
  await access.open()
  await access.addRule({ effect: 'Deny', filter: 'before' })
  await access.button('Import…').click()
  const chooser = page.waitForEvent('filechooser')
  await access.dialog.getByRole('button', { name: 'Choose acl_file…' }).click()
  await (
    await chooser
  ).setFiles({
    name: 'acl_file',
    mimeType: 'text/plain',
    buffer: Buffer.from('pattern read a/%c\n')
  })
  await access.dialog.getByRole('button', { name: 'Import', exact: true }).click()
  await expect(access.dialog).toContainText('Every line was imported.')
  await access.dialog.getByRole('button', { name: 'Close' }).last().click()
  await expect(access.filters).toHaveText(['a/%c'])
  await app.button('Undo').click()
  await expect(access.filters).toHaveText(['before'])
  await expect(app.choice('If no rule matches', 'Allow')).toBeChecked()
})
