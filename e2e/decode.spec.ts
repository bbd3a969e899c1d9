import { crc32, deflateSync, gzipSync } from 'node:zlib'
import protobuf from 'protobufjs'
import { mosquittoPub } from './fixtures/clients'
import { DecodePage } from './pages/decode'
import { expect, test } from './test'

const TELEMETRY = `syntax = "proto3";
package plant;
import "unit.proto";
message Telemetry {
  string device = 1;
  double value = 2;
  Unit unit = 3;
  int64 counter = 4;
}
`
const UNIT = 'syntax = "proto3";\npackage plant;\nenum Unit { NONE = 0; CELSIUS = 1; }\n'

function telemetry(value: number): Buffer {
  const root = new protobuf.Root()
  protobuf.parse(UNIT, root)
  protobuf.parse(TELEMETRY, root)
  const type = root.lookupType('plant.Telemetry')
  return Buffer.from(
    type.encode(type.fromObject({ device: 'press-1', value, unit: 1, counter: '9007199254740993' })).finish()
  )
}

test('a Protobuf schema is added and bound to a filter; the tree, the pane and the history then show decoded values @every-host', async ({
  app,
  page,
  treetop
}) => {
  const decode = new DecodePage(page)
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'plant/press-1/raw', telemetry(21.5))
  mosquittoPub(treetop.brokerPort, 'plant/press-2/raw', telemetry(4.25))
  await app.select('plant/press-1/raw')

  await app.showAs('Protobuf')
  await expect(app.payload).toContainText('4: 9007199254740993')
  await decode.addFiles([{ name: 'telemetry.proto', content: TELEMETRY }])
  await expect(app.toast('telemetry.proto has an error')).toBeVisible()
  await decode.addFiles([{ name: 'unit.proto', content: UNIT }])
  await decode.picker('Schema file').selectOption('telemetry.proto')
  await expect(decode.picker('Message type')).toHaveValue('plant.Telemetry')
  await expect(app.payload).toContainText('"unit": "CELSIUS"')
  await expect(app.payload).toContainText('"counter": 9007199254740993')

  await app.button('Always decode like this…').click()
  await expect(decode.dialog.getByLabel('Topic filter')).toHaveValue('plant/+/raw')
  await decode.dialog.getByRole('button', { name: 'Bind decoder' }).click()
  await expect(decode.told).toHaveText('Protobuf · plant.Telemetry')
  await expect(decode.row('plant/press-1/raw')).toContainText('{"device": "press-1", "value": 21.5')

  await app.select('plant/press-2/raw')
  await expect(decode.row('plant/press-2/raw')).toContainText('"value": 4.25')
  await expect(app.payload).toContainText('"value": 4.25')
  await app.tab('History').click()
  await expect(app.history).toContainText('"value": 4.25')

  // The binding is stored with the profile and survives a restart.
  await treetop.stop()
  await treetop.start()
  await app.open(treetop)
  await app.startLocalBroker()
  const again = new DecodePage(app.page)
  await app.select('plant/press-1/raw')
  await expect(again.told).toHaveText('Protobuf · plant.Telemetry')
  await expect(again.row('plant/press-1/raw')).toContainText('"value": 21.5')

  await app.go('Settings')
  await expect(again.library).toContainText('Used by plant/+/raw')
  await app.button('Remove telemetry.proto').click()
  await app.page.getByRole('dialog').getByRole('button', { name: 'Remove telemetry.proto' }).click()
  await expect(again.library).not.toContainText('telemetry.proto')
  await app.go('Topics')
  await app.select('plant/press-1/raw')
  await expect(app.page.getByText('the schema file telemetry.proto is not in the library')).toBeVisible()

  await app.button('Decoder bound to plant/+/raw').click()
  await again.dialog.getByRole('button', { name: 'Remove this binding' }).click()
  await expect(again.told).toHaveText('Hex')
})

test('payloads are recognised: gzipped JSON, an image, Chinese text in a legacy encoding, malformed CBOR', async ({
  app,
  page,
  treetop
}) => {
  const decode = new DecodePage(page)
  await app.startLocalBroker()
  const publish = (topic: string, payload: Buffer): void => mosquittoPub(treetop.brokerPort, topic, payload)
  publish('in/gzip', gzipSync('{"temperature": 21.5}'))
  publish('in/png', png(64, 48))
  publish('in/gb', Buffer.from([0xce, 0xc2, 0xb6, 0xc8]))
  publish('in/cbor', Buffer.from('a16474656d70fb4035', 'hex'))
  publish('in/svg', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><g><path d="M0 0"/></g></svg>'))

  await app.select('in/gzip')
  await expect(decode.told).toHaveText('gzip › JSON')
  await expect(app.payload).toContainText('"temperature": 21.5')
  await expect(decode.row('in/gzip')).toContainText('{"temperature": 21.5}')

  await app.select('in/png')
  const picture = app.payload.getByRole('img', { name: 'PNG, 64 × 48 pixels' })
  await expect(picture).toBeVisible()
  expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(64)
  await expect(decode.row('in/png')).toContainText('PNG 64 × 48')

  await app.select('in/gb')
  await app.showAs('Text')
  await decode.picker('Text encoding').selectOption('gb18030')
  await expect(app.payload).toContainText('温度')
  await app.button('Always decode like this…').click()
  await decode.dialog.getByLabel('Topic filter').fill('in/gb')
  await page.keyboard.press('Enter')
  await expect(decode.row('in/gb')).toContainText('温度')

  await app.select('in/cbor')
  await expect(decode.told).toHaveText('Hex')
  await app.showAs('CBOR')
  await expect(page.getByText('Not CBOR: it ends too early, at byte 7')).toBeVisible()
  await expect(app.payload).toContainText('a16474656d70')

  await app.select('in/svg')
  await expect(decode.told).toHaveText('XML')
  await expect(app.payload).toContainText('<path d="M0 0"/>')
})

test('the decoders of a profile are reordered and removed in its form', async ({ app, page, treetop }) => {
  const decode = new DecodePage(page)
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'a/b/c', 'hello')
  await app.select('a/b/c')
  for (const [format, filter] of [
    ['Hex', 'a/#'],
    ['Text', 'a/b/c']
  ] as const) {
    await app.showAs(format)
    await page.getByRole('button', { name: /Always decode like this|Decoder bound to/ }).click()
    await decode.dialog.getByLabel('Topic filter').fill(filter)
    await decode.dialog.getByRole('button', { name: 'Bind decoder' }).click()
    await expect(decode.dialog).toBeHidden()
  }
  await expect(decode.told).toHaveText('Text')
  await app.go('Connections')
  await page.getByRole('button', { name: /^Edit Local broker/ }).click()
  await app.button('Move decoder 2 up').click()
  await app.button('Save').click()
  await app.go('Topics')
  await app.select('a/b/c')
  await expect(decode.told).toHaveText('Hex')
})

/** A grey PNG of the given size. */
function png(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 0, 0, 0, 0], 8)
  const rows = Buffer.alloc((width + 1) * height, 0x80)
  for (let row = 0; row < height; row++) rows[row * (width + 1)] = 0
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0))
  ])
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name), data])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(data.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
