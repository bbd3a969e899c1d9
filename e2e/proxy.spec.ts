import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mosquittoPub } from './fixtures/clients'
import { TestProxy } from '../src/main/mqtt/proxy.fixture'
import { expect, test } from './test'

test('connects through a proxy with a login, of the profile and of the settings, and says why it does not', async ({
  app,
  page,
  mosquitto
}) => {
  await mosquitto.start()
  // Only the proxies know this broker.
  const hosts = { 'broker.test': '127.0.0.1' }
  const http = new TestProxy({ kind: 'http', login: 'ann:open sesame', hosts })
  const socks = new TestProxy({ kind: 'socks5', hosts })
  await http.start()
  await socks.start()
  try {
    await app.newProfile({ name: 'Plant', host: 'broker.test', port: mosquitto.tcp }, async () => {
      await app.choice('Proxy', 'Its own').check()
      await app.field('Proxy host').fill('127.0.0.1')
      await app.field('Proxy port').fill(String(http.port))
      await app.field('Proxy user name').fill('ann')
      await app.field('Proxy password').fill('wrong')
    })
    await expect(app.status).toContainText('failed')
    await expect(page.getByText(`The proxy 127.0.0.1:${http.port} refused the login`)).toBeVisible()
    await app.button('Edit profile').click()
    await app.field('Proxy password').fill('open sesame')
    await app.button('Save and connect').click()
    await app.expectOnline('Plant')
    mosquittoPub(mosquitto.tcp, 'plant/oven', 'hot', '-r')
    await app.select('plant/oven')
    await expect(app.payload).toContainText('hot')
    expect(http.targets).toContain(`broker.test:${mosquitto.tcp}`)

    await app.go('Settings')
    await page.getByRole('switch', { name: 'Connect through a proxy' }).click()
    await app.button('Save proxy').click()
    await expect(app.field('Proxy host')).toBeFocused()
    await app.choice('Kind', 'SOCKS5').check()
    await expect(app.field('Proxy port')).toHaveValue('1080')
    await app.field('Proxy host').fill('127.0.0.1')
    await app.field('Proxy port').fill(String(socks.port))
    await app.button('Save proxy').click()
    await expect(app.toast(/Connections use the proxy the next time/)).toBeVisible()
    await app.newProfile({ name: 'Mill', host: 'broker.test', port: mosquitto.tcp })
    await app.expectOnline('Mill')
    expect(socks.targets).toEqual([`broker.test:${mosquitto.tcp}`])
  } finally {
    await http.stop()
    await socks.stop()
  }
})

test('the request of a WebSocket has the headers and parameters of the profile; secret ones are not shown again', async ({
  app,
  page
}) => {
  const asked: { url: string; headers: Record<string, unknown> }[] = []
  const server = createServer()
  server.on('upgrade', ({ url = '', headers }, socket) => {
    asked.push({ url, headers })
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    await app.newProfile({ name: 'Gateway', host: '127.0.0.1', port }, async () => {
      await app.field('Protocol').selectOption('ws')
      await app.field('Port').fill(String(port))
      await app.button('Add header').click()
      await page.keyboard.type('X-Plant')
      await app.field('Value of header 1').fill('one')
      await app.field('Value of header 1').press('Enter')
      await page.keyboard.type('Authorization')
      await app.field('Value of header 2').fill('Bearer open sesame')
      await app.button('Keep the value of header 2 secret').click()
      await app.button('Add parameter').click()
      await page.keyboard.type('token')
      await app.button('Keep the value of parameter 1 secret').click()
      await app.field('Value of parameter 1').fill('a b&c')
    })
    await expect(
      page.getByText(`127.0.0.1:${port} answered the WebSocket request with HTTP 403`)
    ).toBeVisible()
    expect(asked[0]!.url).toBe('/mqtt?token=a+b%26c')
    expect(asked[0]!.headers).toMatchObject({ 'x-plant': 'one', authorization: 'Bearer open sesame' })
    await app.button('Edit profile').click()
    await expect(app.field('Value of header 1')).toHaveValue('one')
    await expect(app.field('Value of header 2')).toHaveValue('')
    await expect(app.field('Value of header 2')).toHaveAttribute('placeholder', 'stored')
    await app.button('Remove header 1').click()
    await app.button('Save and connect').click()
    await expect.poll(() => asked.length).toBeGreaterThan(1)
    expect(asked.at(-1)!.headers).toMatchObject({ authorization: 'Bearer open sesame' })
    expect(asked.at(-1)!.headers).not.toHaveProperty('x-plant')
  } finally {
    server.close()
  }
})
