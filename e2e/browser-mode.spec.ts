import { readdirSync, readFileSync, statSync, type Dirent } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import type { BrowserMode } from './fixtures/browser-mode'
import { mosquittoPub } from './fixtures/clients'
import { logOf } from './fixtures/log'
import { expect, test as base } from './test'

/** Covers what only browser mode has: access control, its own command line, and a page that outlives the process. */
const test = base.extend<{ treetop: BrowserMode }>({
  treetop: async ({ newTreetop }, use) => {
    const treetop = newTreetop() as BrowserMode
    await treetop.start()
    await use(treetop)
  }
})

test('the page is refused without the token, and every request with a foreign Host is', async ({
  treetop
}) => {
  const { port } = new URL(treetop.url)
  const status = (path: string, headers: Record<string, string> = {}): Promise<number> =>
    new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  expect(await status('/healthz')).toBe(200)
  expect(await status('/')).toBeGreaterThanOrEqual(400)
  expect(await status('/?token=wrong')).toBeGreaterThanOrEqual(400)
  expect(await status('/healthz', { host: `evil.example:${port}` })).toBeGreaterThanOrEqual(400)
})

test('the log has the start, the broker and the end, and nobody else can read what Treetop keeps', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'a/b', 'x')
  await app.select('a/b')
  await app.go('Local broker')
  await app.button('Stop broker').click()
  await expect(app.button(/^Start local broker/)).toBeVisible()
  const files = readdirSync(treetop.dataDirectory, { recursive: true, withFileTypes: true })
  // Temporary files may be gone meanwhile.
  const modeOf = (file: Dirent): number =>
    statSync(join(file.parentPath, file.name), { throwIfNoEntry: false })?.mode ?? 0
  const open = files.filter((file) => (modeOf(file) & 0o077) !== 0)
  expect(open.map(({ name }) => name)).toEqual([])
  await treetop.stop()
  const log = logOf(treetop)
  expect(log).toMatch(/info {2}Treetop \S+ starts/)
  expect(log).toMatch(/info {2}broker running[^]*info {2}broker stopped/)
  expect(log).toContain('Treetop ends')
})

test('a second Treetop on the same data directory names the first and exits', async ({ treetop }) => {
  const second = await treetop.command('--no-open', '--port', '0', '--data-dir', treetop.dataDirectory)
  expect(second.code).toBe(1)
  expect(second.output).toMatch(/in use by another Treetop \(process \d+\)/)
})

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  test(`a page whose Treetop process has ended (${signal}) says so, and resumes when it is back`, async ({
    app,
    treetop
  }) => {
    const { port, searchParams } = new URL(treetop.url)
    const flags = ['--port', port, '--token', searchParams.get('token')!]
    await treetop.stop(signal)
    await expect(app.page.getByText('Lost contact with Treetop', { exact: false })).toBeVisible()
    await treetop.start(...flags)
    await expect(app.page.getByText('Lost contact with Treetop', { exact: false })).toBeHidden()
    await app.startLocalBroker()
  })
}

test('--broker starts the local broker and its connection', async ({ app, treetop }) => {
  await treetop.stop()
  await treetop.start('--broker')
  await app.open(treetop)
  await app.expectOnline('Local broker')
  mosquittoPub(treetop.brokerPort, 'from/the/start', 'here')
  await app.select('from/the/start')
  await expect(app.payload).toContainText('here')
})

test('passwords are encrypted with a key file that only its owner may read', async ({
  app,
  treetop,
  mosquitto
}) => {
  await mosquitto.start({ user: 'ann', password: 'open sesame 1234' })
  await app.newProfile({ name: 'Secret', host: '127.0.0.1', port: mosquitto.tcp }, async () => {
    await app.field('User name').fill('ann')
    await app.field('Password').fill('open sesame 1234')
  })
  await app.expectOnline('Secret')
  expect(readFileSync(join(treetop.dataDirectory, 'profiles.json'), 'utf8')).toContain('"keyFile"')
  expect(statSync(join(treetop.dataDirectory, 'secret.key')).mode & 0o777).toBe(0o600)
})

test('a recording named on the command line is in front when the page loads', async ({ app, treetop }) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'plant/lamp', 'on')
  await expect(app.topic('plant')).toBeVisible()
  const path = test.info().outputPath('plant.treetop')
  const flags = ['--data-dir', treetop.dataDirectory, '--format', 'treetop', '--output', path]
  expect(await treetop.command('export', ...flags)).toMatchObject({ code: 0 })
  await treetop.stop()
  await treetop.start('--broker', path)
  await app.open(treetop)
  await expect(app.page.getByRole('tab', { name: /^Recording Local broker/ })).toHaveAttribute(
    'aria-selected',
    'true'
  )
  await app.select('plant/lamp')
  await expect(app.payload).toContainText('on')

  // It is opened again at the next start.
  await treetop.stop()
  await treetop.start('--broker')
  await app.open(treetop)
  await expect(app.page.getByRole('tab', { name: /^Recording Local broker/ })).toBeVisible()
})
