import { faultsOf } from './fixtures/axe'
import { mosquittoPub } from './fixtures/clients'
import { CollectionsPage } from './pages/collections'
import { DecodePage } from './pages/decode'
import { expect, test } from './test'

const LAMP = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Lamp",
  "type": "object",
  "required": ["on"],
  "properties": {
    "on": { "type": "boolean" },
    "level": { "type": "integer", "minimum": 0, "maximum": 100, "description": "Brightness in percent" },
    "mode": { "$ref": "mode.json" }
  },
  "additionalProperties": false
}`
const MODE = '{ "enum": ["day", "night"] }'

test('a JSON Schema that is bound to a filter checks what arrives and what is written, and completes it', async ({
  app,
  page,
  treetop
}) => {
  const decode = new DecodePage(page)
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'lamps/hall', Buffer.from('{"on": "yes", "level": 300}'))
  await app.select('lamps/hall')
  await app.showAs('JSON')
  await decode.addFiles([
    { name: 'lamp.json', content: LAMP },
    { name: 'mode.json', content: MODE }
  ])
  await decode.picker('Schema file').selectOption('lamp.json')
  const broken = page.getByRole('region', { name: 'Breaks 2 rules of lamp.json' })
  await expect(broken.getByRole('listitem')).toHaveText([
    '/on: must be of type boolean',
    '/level: must be at most 100'
  ])
  expect(await faultsOf(page, 'JSON Schema', null)).toEqual([])
  await decode.bind('lamps/+')
  await expect(decode.told).toHaveText('JSON · lamp.json')
  mosquittoPub(treetop.brokerPort, 'lamps/hall', Buffer.from('{"on": true}'))
  await expect(page.getByText('Fits lamp.json')).toBeVisible()

  // What is written is checked as it will be sent, and each rule leads to its value.
  const collections = new CollectionsPage(app)
  await collections.open()
  await collections.add('New message…', 'Lamp')
  const form = collections.form('Lamp')
  const payload = form.getByLabel('Payload', { exact: true })
  const topic = form.getByLabel('Topic', { exact: true })
  await topic.fill('lamps/{{$choice hall}}')
  await payload.fill('{\n  "on": true,\n  "level": {{$choice 300}},\n  "colour": 1\n}')
  await expect(form.getByRole('button', { name: /must not have the property colour line 4$/ })).toBeVisible()
  expect(await faultsOf(page, 'JSON Schema', null)).toEqual([])
  await form.getByRole('button', { name: '/level: must be at most 100 line 3' }).click()
  expect(
    await payload.evaluate((area: HTMLTextAreaElement) =>
      area.value.slice(area.selectionStart, area.selectionEnd)
    )
  ).toBe('{{$choice 300}}')

  // By its key, completion offers all that can be inserted.
  await topic.press('End')
  await topic.press('Control+Space')
  const options = page.getByRole('listbox', { name: 'Completions' }).getByRole('option')
  await expect(options.first()).toContainText('{{$counter}}')
  await page.keyboard.press('Escape')
  await expect(options).toHaveCount(0)

  // The keyboard writes a whole message from what the schema offers.
  await payload.fill('')
  await payload.pressSequentially('{"')
  await expect(options).toHaveText([
    /^on required · boolean$/,
    /^level integer · Brightness in percent$/,
    /^mode/
  ])
  await page.keyboard.press('Enter')
  await expect(options).toHaveText(['true', 'false'])
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await payload.pressSequentially(', "mo')
  await page.keyboard.press('Tab')
  await expect(options).toHaveText(['"day"', '"night"'])
  await page.keyboard.press('Enter')
  await payload.pressSequentially('}')
  await expect(payload).toHaveValue('{"on": false, "mode": "day"}')
  await expect(form.getByText('Fits lamp.json')).toBeVisible()
  await form.getByRole('button', { name: 'Publish', exact: true }).click()
  await app.go('Topics')
  await app.select('lamps/hall')
  await expect(app.payload).toContainText('"mode": "day"')

  // A missing schema is said, and takes nothing away.
  await app.go('Settings')
  await app.button('Remove lamp.json').click()
  await expect(page.getByRole('dialog')).toContainText('lamp.json checks lamps/+.')
  await page.getByRole('dialog').getByRole('button', { name: 'Remove lamp.json' }).click()
  await app.go('Topics')
  await app.select('lamps/hall')
  await expect(page.getByText('Not checked: the schema file lamp.json is not in the library')).toBeVisible()
  await expect(app.payload).toContainText('"mode": "day"')
})
