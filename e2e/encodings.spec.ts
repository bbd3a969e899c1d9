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
