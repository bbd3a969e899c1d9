import mqtt from 'mqtt'
import { DecodePage } from './pages/decode'
import { PalettePage } from './pages/palette'
import { expect, test } from './test'

test.describe('while messages come in', () => {
  test('a text with CRLF is shown line by line, and saved unchanged', async ({ app, treetop }) => {
    await app.startLocalBroker()
    const client = await mqtt.connectAsync({ port: treetop.brokerPort })
    const text = (line: string): string => `first\r\nsecond\r\n${line}\r\nlast`
    await client.publishAsync('log', text('one'), { qos: 1 })
    await app.select('log')
    for (const line of ['two', 'a longer third line', '3']) {
      await client.publishAsync('log', text(line), { qos: 1 })
      await expect(app.payload.locator('.cm-line')).toHaveText(['first', 'second', line, 'last'])
    }
    await client.endAsync()
    const saved = await treetop.saved(() => app.button('Save payload to file').click())
    expect(saved.toString()).toBe(text('3'))
  })

  test('the payload stays when the language is switched', async ({ app, treetop, page }) => {
    await app.startLocalBroker()
    const client = await mqtt.connectAsync({ port: treetop.brokerPort })
    await client.publishAsync('text', 'still here', { qos: 1 })
    await client.endAsync()
    await app.select('text')
    await expect(app.payload).toContainText('still here')
    const palette = new PalettePage(page)
    await palette.run('Switch to Chinese')
    await expect(page.getByRole('tab', { name: '值', exact: true })).toBeVisible()
    await expect(app.payload).toContainText('still here')
  })

  test('the filter being typed for a decoder stays', async ({ app, treetop, page }) => {
    const decode = new DecodePage(page)
    await app.startLocalBroker()
    const client = await mqtt.connectAsync({ port: treetop.brokerPort })
    await client.publishAsync('plant/line1/raw', 'a', { qos: 1 })
    await app.select('plant/line1/raw')
    await app.showAs('Hex')
    await app.button('Always decode like this…').click()
    const filter = decode.dialog.getByLabel('Topic filter')
    await filter.fill('plant/+/mine')
    await client.publishAsync('plant/line1/raw', 'b', { qos: 1 })
    await expect(app.payload).toContainText('62')
    await expect(filter).toHaveValue('plant/+/mine')
    await client.endAsync()
  })
})
