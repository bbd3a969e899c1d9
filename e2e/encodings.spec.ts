import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { mosquittoSub } from './fixtures/clients'
import { CollectionsPage } from './pages/collections'
import { DecodePage } from './pages/decode'
import { expect, test } from './test'

const PROTO = `syntax = "proto3";
package plant;
message Reading { string id = 1; float temperature = 2; int64 count = 3; bytes raw = 4; }
message Other { bool on = 1; }
`

test('a payload that is written as JSON is sent as a schema wants it, and says which field does not fit', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const subscriber = await mosquittoSub(treetop.brokerPort, 'plant/#', '-F', '%t %x')
  const collections = new CollectionsPage(app)
  await collections.open()
  await collections.add('New message…', 'Reading')
  const form = collections.form('Reading')
  const payload = form.getByLabel('Payload', { exact: true })
  await form.getByLabel('Topic', { exact: true }).fill('plant/press')
  await payload.fill('{"id": "p1", "temperature": 21.5, "count": 9007199254740993}')
  await form.getByRole('radio', { name: 'JSON' }).check()

  const encoding = form.getByLabel('Encoding', { exact: true })
  await encoding.selectOption('Protobuf')
  await expect(payload).toHaveAccessibleDescription(/Choose a schema of the library/)
  const decode = new DecodePage(page)
  await decode.addFiles([{ name: 'plant.proto', content: PROTO }])
  await decode.picker('Schema file').selectOption('plant.proto')
  await expect(decode.picker('Message type')).toHaveValue('plant.Reading')
  await expect(collections.preview).toContainText('"temperature": 21.5')
  await expect(collections.preview).toContainText('0a 02 70 31 15 00 00 ac 41')

  await payload.fill('{"id": "p1",\n "temperature": "warm"}')
  await expect(payload).toHaveAccessibleDescription(
    'Line 2, column 17: temperature: this must be of type float.'
  )
  await payload.fill('{"id": "p1", "temperature": 21.5, "raw": h\'00ff\'}')
  await form.getByRole('button', { name: 'Publish', exact: true }).click()
  await subscriber.until(/plant\/press 0a027031150000ac41220200ff/)

  // Without a schema, and written to the file.
  await encoding.selectOption('CBOR')
  await expect(collections.preview).toContainText('fb 40 35 80 00 00 00 00 00')
  await form.getByRole('button', { name: 'Publish', exact: true }).click()
  await subscriber.until(
    /plant\/press a36269646270316b74656d7065726174757265fb4035800000000000637261774200ff/
  )
  await encoding.selectOption('Protobuf')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(form.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
  expect(readFileSync(join(treetop.dataDirectory, 'collections/reading.yaml'), 'utf8')).toContain(
    'format: json\nencode: { format: protobuf, schema: plant.proto, type: plant.Reading }\n'
  )
  await subscriber.stop()
})

test('the publish panel sends JSON in the encoding of the topic, and repeats it from what was published', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const subscriber = await mosquittoSub(treetop.brokerPort, 'plant/#', '-F', '%t %x')
  const panel = app.publishPanel
  const payload = panel.getByLabel('Payload', { exact: true })
  const publish = panel.getByRole('button', { name: 'Publish', exact: true })
  const bytes = panel.getByRole('region', { name: 'Bytes that are sent' })
  await panel.getByLabel('Topic', { exact: true }).fill('plant/press')
  await app.choice('Payload type', 'JSON').check()
  await panel.getByLabel('Encoding', { exact: true }).selectOption('Protobuf')
  await payload.fill('{"id": "p1", "temperature": "warm"}')
  await expect(payload).toHaveAccessibleDescription(/Choose a schema of the library/)
  const decode = new DecodePage(page)
  await decode.addFiles([{ name: 'plant.proto', content: PROTO }])
  await decode.picker('Schema file').selectOption('plant.proto')
  await expect(payload).toHaveAccessibleDescription('temperature: this must be of type float.')
  await publish.click()
  await expect(panel.getByRole('button', { name: /^Published/ })).toHaveCount(0)
  await payload.fill('{"id": "p1", "temperature": 21.5}')
  await expect(bytes).toContainText('9 B 0a 02 70 31 15 00 00 ac 41')
  await publish.click()
  await subscriber.until(/plant\/press 0a027031150000ac41/)

  // A message of the list is sent as it was, whatever the form has now.
  await panel.getByLabel('Encoding', { exact: true }).selectOption('CBOR')
  await payload.fill('{"on": true}')
  await expect(bytes).toContainText('a1 62 6f 6e f5')
  await publish.click()
  await subscriber.until(/plant\/press a1626f6ef5/)
  await panel.getByRole('button', { name: /^Published/ }).click()
  const listed = page.getByRole('listitem').filter({ hasText: '"temperature"' })
  await expect(listed).toContainText('Protobuf')
  await listed.hover()
  await listed.getByRole('button', { name: 'Send again' }).click()
  await subscriber.until(/0a027031150000ac41[^]*a1626f6ef5[^]*0a027031150000ac41/)
  await subscriber.stop()
})

test('the metrics of a Sparkplug payload are edited in a table, which is the same text', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const subscriber = await mosquittoSub(treetop.brokerPort, 'spBv1.0/#', '-F', '%t %x')
  const collections = new CollectionsPage(app)
  await collections.open()
  await collections.add('New message…', 'Data')
  const form = collections.form('Data')
  await form.getByLabel('Topic', { exact: true }).fill('spBv1.0/G/NDATA/N')
  await form.getByRole('radio', { name: 'JSON' }).check()
  await form.getByLabel('Encoding', { exact: true }).selectOption('Sparkplug B')
  const { metrics } = collections

  // By key alone: a name, a value that does not fit, and then one that does.
  await metrics.getByRole('button', { name: 'Add metric' }).press('Enter')
  await expect(metrics.getByLabel('Name of metric 1')).toBeFocused()
  await page.keyboard.type('Temperature')
  await metrics.getByLabel('Value of metric 1').fill('warm')
  await expect(metrics).toContainText('this must be of type Double.')
  await expect(metrics.getByLabel('Value of metric 1')).toHaveAttribute('aria-invalid', 'true')
  await metrics.getByLabel('Value of metric 1').fill('21.5')
  await metrics.getByLabel('Metric 1 is historical').check()
  await metrics.getByRole('button', { name: 'Add metric' }).click()
  await metrics.getByLabel('Name of metric 2').fill('Level')
  await metrics.getByLabel('Type of metric 2').selectOption('Int8')
  await metrics.getByLabel('Value of metric 2').fill('300')
  await expect(metrics).toContainText('the value is out of range. Int8: -128 … 127')
  await metrics.getByLabel('Metric 2 is null').check()
  await expect(collections.preview).toContainText(/"name": "Level",\s+"type": "Int8",\s+"value": null/)
  await expect(collections.preview).toContainText('"seq": 0')

  await metrics.getByLabel('Name of metric 2').press('Alt+ArrowUp')
  await expect(metrics.getByLabel('Name of metric 1')).toHaveValue('Level')
  await expect(metrics.getByLabel('Name of metric 1')).toBeFocused()
  await metrics.getByRole('button', { name: 'Remove metric 1' }).click()
  await expect(metrics.getByLabel('Name of metric 1')).toHaveValue('Temperature')
  await app.toast('Removed the metric “Level”.').getByRole('button', { name: 'Undo' }).click()
  await expect(metrics.getByLabel('Name of metric 1')).toHaveValue('Level')

  await page.keyboard.press('Tab')
  await form.getByLabel('Topic', { exact: true }).press('Control+Enter')
  await subscriber.until(/spBv1\.0\/G\/NDATA\/N [0-9a-f]+/)
  await expect(collections.preview).toContainText('"seq": 1')
  // What is typed in the text shows in the table.
  const payload = form.getByLabel('Payload', { exact: true })
  await payload.fill((await payload.inputValue()).replace('21.5', '{{$random 1 9}}'))
  await expect(metrics.getByLabel('Value of metric 2')).toHaveValue('{{$random 1 9}}')
  await payload.fill('{"metrics": [')
  await expect(metrics).toContainText('The payload is not JSON at line 1, column 14.')
  await subscriber.stop()
})
