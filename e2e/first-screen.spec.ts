import { expect, test } from './test'

test('the first screen says what Treetop is and offers three ways to begin', async ({ app }) => {
  await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible()
  for (const name of [/^Start local broker/, /^New connection/, /^Start demo devices/])
    await expect(app.button(name)).toBeVisible()
})

test('while the broker runs, its page offers code that connects to its current address', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  await app.go('Local broker')
  await app.button('QR code and sample code').click()
  const dialog = app.page.getByRole('dialog', { name: 'Connect' })
  for (const library of [
    'paho-mqtt 1.x',
    'paho-mqtt 2.x',
    'MQTT.js',
    'mosquitto',
    'Arduino',
    'ESP-IDF',
    'MicroPython'
  ]) {
    await dialog.getByRole('tab', { name: library }).click()
    await expect(dialog.locator('pre').first()).toContainText(String(treetop.brokerPort))
  }
})

test('the language switches without reloading, and is remembered @every-host', async ({ app }) => {
  await app.page.evaluate(() => Object.assign(globalThis, { untouched: true }))
  await app.go('Settings')
  await app.page.getByRole('radio', { name: '简体中文' }).check()
  await expect(app.page.getByRole('navigation', { name: '页面' })).toBeVisible()
  expect(await app.page.evaluate(() => (globalThis as { untouched?: boolean }).untouched)).toBe(true)
  await app.page.reload()
  await expect(app.page.getByRole('navigation', { name: '页面' })).toBeVisible()
})

test.describe('in a Chinese browser', () => {
  test.use({ locale: 'zh-CN' })

  test('the first screen is in Chinese', async ({ app }) => {
    await expect(app.page.getByRole('navigation', { name: '页面' })).toBeVisible()
    await expect(app.page.getByRole('button', { name: /启动本地/ })).toBeVisible()
  })
})
