import { spawn, spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { mosquittoPub } from './fixtures/clients'
import { AccessPage } from './pages/access'
import type { AppPage } from './pages/app'
import { expect, test } from './test'

async function openCard(app: AppPage): Promise<Locator> {
  await app.go('Local broker')
  await app.page.getByRole('tablist', { name: 'Local broker' }).getByRole('tab', { name: 'Settings' }).click()
  return app.page.getByRole('region', { name: 'Move to a server' })
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve((socket.destroy(), true)))
    socket.once('error', () => resolve(false))
  })
}

test('the broker moves to a server: Debian’s Mosquitto starts with the folder, its user can log in, and the retained messages are there', async ({
  app,
  treetop
}) => {
  const port = treetop.brokerPort
  const folder = test.info().outputPath('server')
  await app.startLocalBroker()
  mosquittoPub(port, 'plant/recipe', 'rye', '-r', '-q', '1')
  const access = new AccessPage(app)
  await access.open()
  await access.addUser('ada', 'ada secret')
  await access.addRule({ user: 'ada', filter: 'plant/#' })
  await access.addRule({ clientId: 'esp32', filter: 'plant/esp32' })
  await access.byDefault('Deny')
  await access.tab('Users').click()
  await access.anonymous.click()
  await expect(access.anonymous).not.toBeChecked()

  const card = await openCard(app)
  await card.getByRole('textbox', { name: 'Folder' }).fill(folder)
  await card.getByRole('button', { name: 'Write folder' }).click()
  await expect(card.getByText(folder, { exact: true })).toBeVisible()
  const left = card.getByRole('list', { name: 'What is different on the server' })
  await expect(left).toContainText('Rule 2: Left out, because rules by client ID are not supported there.')
  await expect(left).toContainText(`Port ${port} was for this computer only.`)
  await expect(card.getByRole('code')).toContainText([
    folder,
    `MQTT_HOST=localhost MQTT_PORT=${port} MQTT_USER=name MQTT_PASSWORD=secret sh retained.sh`
  ])
  await app.button('Stop broker').click()
  await expect(app.button(/^Start local broker/)).toBeVisible()

  if (process.getuid?.() === 0) appendFileSync(join(folder, 'mosquitto.conf'), 'user root\n')
  const server = spawn('/usr/sbin/mosquitto', ['-c', 'mosquitto.conf'], { cwd: folder, stdio: 'ignore' })
  try {
    await expect.poll(() => isOpen(port)).toBe(true)
    const env = { ...process.env, MQTT_PORT: String(port), MQTT_USER: 'ada', MQTT_PASSWORD: 'ada secret' }
    const script = spawnSync('sh', ['retained.sh'], { cwd: folder, env })
    expect([script.status, script.stderr.toString()]).toEqual([0, ''])
    const login = ['-p', String(port), '-u', 'ada', '-P', 'ada secret', '-V', '5', '-q', '1']
    const read = spawnSync('mosquitto_sub', [...login, '-t', 'plant/#', '-C', '1', '-W', '10'])
    expect(read.stdout.toString()).toBe('rye\n')
    const anonymous = spawnSync('mosquitto_pub', ['-p', String(port), '-t', 'plant/x', '-m', 'x'])
    expect(anonymous.status).not.toBe(0)
  } finally {
    server.kill('SIGKILL')
  }
})

test('a folder that cannot be used gets its sentence beside the field, what is typed stays, and the result is there again later', async ({
  app
}) => {
  const card = await openCard(app)
  const field = card.getByRole('textbox', { name: 'Folder' })
  const write = card.getByRole('button', { name: 'Write folder' })
  await field.fill('server')
  await write.click()
  await expect(field).toHaveAccessibleDescription('Enter the full path of the folder.')
  const full = test.info().outputPath('full')
  mkdirSync(full)
  writeFileSync(join(full, 'mine'), 'x')
  await field.fill(full)
  await expect(field).not.toHaveAttribute('aria-invalid', 'true')
  await app.page.keyboard.press('Enter')
  await expect(field).toHaveAccessibleDescription(/is not empty/)
  await expect(field).toHaveValue(full)
  expect(existsSync(join(full, 'mosquitto.conf'))).toBe(false)

  const folder = test.info().outputPath('emqx')
  await app.choice('Server', 'EMQX').check()
  await field.fill(folder)
  await expect(field).not.toHaveAttribute('aria-invalid', 'true')
  await write.click()
  await expect(card).toContainText('the broker was not running')
  expect(readFileSync(join(folder, 'emqx.conf'), 'utf8')).toContain('listeners.tcp.default')
  await app.go('Topics')
  await openCard(app)
  await expect(card).toContainText('Everything for EMQX is in')
})

test('the folder is asked for where there is a dialog, and typed where there is none @every-host', async ({
  app,
  treetop,
  host
}) => {
  const card = await openCard(app)
  const folder = test.info().outputPath('chosen')
  mkdirSync(folder)
  if (host === 'browser') {
    await card.getByRole('textbox', { name: 'Folder' }).fill(folder)
    await card.getByRole('button', { name: 'Write folder' }).click()
  } else await treetop.chooses(folder, () => card.getByRole('button', { name: 'Choose folder…' }).click())
  await expect(card).toContainText('Everything for Mosquitto is in')
  expect(existsSync(join(folder, 'mosquitto.conf'))).toBe(true)
})
