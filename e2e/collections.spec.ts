import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mosquittoSub } from './fixtures/clients'
import { CollectionsPage } from './pages/collections'
import { expect, test } from './test'

test('what the publish panel holds is saved, edited with a preview, and published with variables of the active environment', async ({
  app,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const subscriber = await mosquittoSub(treetop.brokerPort, 'home/#', '-q', '2')
  const panel = app.publishPanel
  await panel.getByLabel('Topic', { exact: true }).fill('home/{{room}}/lamp')
  await panel.getByLabel('Payload', { exact: true }).fill('{"n": {{$counter start=5}}, "key": "{{key}}"}')
  await app.choice('QoS', '1').check()
  await panel.getByRole('button', { name: /^MQTT 5 properties/ }).click()
  await panel.getByLabel('Content type').fill('application/json')
  await panel.getByRole('button', { name: 'Save to collection…' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('Lamp on')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await app.toast('Saved “Lamp on”.').getByRole('button', { name: 'Show' }).click()

  const collections = new CollectionsPage(app)
  const form = collections.form('Lamp on')
  const publish = form.getByRole('button', { name: 'Publish', exact: true })
  await expect(form.getByLabel('Topic', { exact: true })).toHaveValue('home/{{room}}/lamp')
  await expect(form.getByLabel('Topic', { exact: true })).toHaveAccessibleDescription(
    /There is no variable “room”/
  )
  await publish.click()
  await expect(form.getByRole('status')).toContainText('Nothing was published')

  // Variables and two environments, one with a secret.
  await app.button('Variables…').click()
  const add = dialog.getByRole('button', { name: 'Add variable' })
  await add.click()
  await dialog.getByLabel('Name of variable 1').fill('room')
  await dialog.getByLabel('Value of variable 1').fill('kitchen')
  await add.click()
  await dialog.getByLabel('Name of variable 2').fill('key')
  await dialog.getByLabel('Kind of variable 2').selectOption('Secret')
  await dialog.getByLabel('Value of variable 2').fill('hunter2')
  await dialog.getByRole('button', { name: 'Add environment' }).click()
  await dialog.getByLabel('Name of the environment').fill('Lab')
  await add.click()
  await dialog.getByLabel('Name of variable 1').fill('room')
  await dialog.getByRole('tab', { name: 'Lab' }).waitFor()
  await dialog.getByLabel('Value of variable 1').fill('bench')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toHaveCount(0)

  await expect(collections.preview).toContainText('home/kitchen/lamp')
  await expect(collections.preview).toContainText('{"n": 5, "key": "••••••"}')
  await expect(collections.preview).toContainText('application/json')
  await publish.click()
  await subscriber.until(/home\/kitchen\/lamp \{"n": 5, "key": "hunter2"\}/)
  await expect(form.getByRole('status')).toContainText('Published home/kitchen/lamp to Local broker · PUBACK')
  await expect(collections.preview).toContainText('"n": 6')
  await page.getByLabel('Environment').selectOption('Lab')
  await expect(collections.preview).toContainText('home/bench/lamp')

  // By key from the list, with an edit that is not saved yet.
  await form.getByLabel('Payload', { exact: true }).fill('{"n": {{$counter start=5}}')
  await form.getByRole('radio', { name: 'JSON' }).check()
  await expect(form.getByLabel('Payload', { exact: true })).toHaveAccessibleDescription(/not valid JSON/)
  await form.getByLabel('Payload', { exact: true }).fill('')
  await form.getByLabel('Payload', { exact: true }).pressSequentially('{"r":"{{roo')
  const offered = page.getByRole('listbox', { name: 'Completions' })
  await expect(offered.getByRole('option')).toHaveText([/\{\{room\}\}\s*bench/])
  await page.keyboard.press('Tab')
  await page.keyboard.type('"}')
  await form.getByRole('button', { name: 'Format' }).click()
  await expect(form.getByLabel('Payload', { exact: true })).toHaveValue('{\n  "r": "{{room}}"\n}')
  await form.getByLabel('Payload', { exact: true }).fill('{"n": {{$counter start=7}}}')
  await expect(collections.row('Lamp on').getByRole('img', { name: 'Unsaved changes' })).toBeVisible()
  await collections.row('Lamp on').click()
  await page.keyboard.press('Control+Enter')
  await subscriber.until(/home\/bench\/lamp \{"n": 7\}/)
  await form.getByLabel('Topic', { exact: true }).click()
  await page.keyboard.press('Control+s')
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled()
  const folder = join(treetop.dataDirectory, 'collections')
  expect(readFileSync(join(folder, 'lamp-on.yaml'), 'utf8')).toBe(
    'name: Lamp on\norder: 1\ntopic: home/{{room}}/lamp\npayload: \'{"n": {{$counter start=7}}}\'\nqos: 1\nproperties:\n  contentType: application/json\nformat: json\n'
  )
  expect(readFileSync(join(folder, 'collection.yaml'), 'utf8')).not.toContain('hunter2')

  // After a restart everything is there, the secret too.
  await subscriber.stop()
  await treetop.stop()
  await treetop.start()
  await app.open(treetop)
  await app.startLocalBroker()
  // What was published can be saved, too, exactly as it was sent.
  const again = new CollectionsPage(app)
  const panelAgain = app.publishPanel
  await panelAgain.getByLabel('Topic', { exact: true }).fill('home/{{sent}}')
  await panelAgain.getByLabel('Payload', { exact: true }).fill('{{ value }}')
  await panelAgain.getByRole('button', { name: 'Publish', exact: true }).click()
  await panelAgain.getByRole('button', { name: 'Published (1)' }).click()
  await app.button('Save “home/{{sent}}” to collection…').click()
  await again.answer('As sent')
  await app.toast('Saved “As sent”.').getByRole('button', { name: 'Show' }).click()
  await expect(again.form('As sent').getByLabel('Topic', { exact: true })).toHaveValue('home/\\{{sent}}')
  await expect(again.preview).toContainText('{{ value }}')
  await again.row('Lamp on').click()
  await expect(again.preview).toContainText('home/bench/lamp')
})

test('saved messages are organised by keys and by drag, and follow the files of a folder that is opened', async ({
  app,
  host,
  page,
  treetop
}) => {
  await app.startLocalBroker()
  const collections = new CollectionsPage(app)
  await collections.open()
  for (const name of ['First', 'Second']) {
    await collections.row('My collection').click()
    await collections.add('New message…', name)
    await expect(collections.form(name).getByLabel('Topic', { exact: true })).toBeFocused()
  }
  await collections.row('My collection').click()
  await collections.add('New folder…', 'Lamps')
  const order = (...names: string[]): Promise<void> => expect.poll(() => collections.names()).toEqual(names)
  await order('My collection', 'First', 'Second', 'Lamps')

  // By key: up, into the folder, and out of it; then again with the pointer.
  await expect(collections.row('Lamps')).toBeFocused()
  await page.keyboard.press('Alt+ArrowUp')
  await order('My collection', 'First', 'Lamps', 'Second')
  await page.keyboard.press('ArrowDown')
  await expect(collections.row('Second')).toBeFocused()
  await page.keyboard.press('Alt+ArrowRight')
  await expect(collections.row('Second')).toHaveAttribute('aria-level', '3')
  await expect(collections.row('Second')).toBeFocused()
  await page.keyboard.press('Alt+ArrowLeft')
  await expect(collections.row('Second')).toHaveAttribute('aria-level', '2')
  await collections.row('Second').dragTo(collections.row('First'), { targetPosition: { x: 60, y: 3 } })
  await order('My collection', 'Second', 'First', 'Lamps')
  await collections.row('First').dragTo(collections.row('Lamps'))
  await expect(collections.row('First')).toHaveAttribute('aria-level', '3')
  expect(existsSync(join(treetop.dataDirectory, 'collections/lamps/first.yaml'))).toBe(true)

  await expect(collections.row('First')).toBeFocused()
  await page.keyboard.press('F2')
  await collections.answer('Ceiling')
  await expect(collections.row('Ceiling')).toBeFocused()
  await page.keyboard.press('Control+z')
  await expect(collections.row('First')).toBeFocused()
  await page.keyboard.press('Control+z')
  await order('My collection', 'Second', 'First', 'Lamps')
  await expect(collections.row('First')).toHaveAttribute('aria-level', '2')
  await collections.row('First').dragTo(collections.row('Lamps'))
  await order('My collection', 'Second', 'Lamps', 'First')
  await expect(collections.row('First')).toBeFocused()
  await page.keyboard.press('F2')
  await collections.answer('Ceiling')
  await expect(collections.row('Ceiling')).toBeFocused()
  await page.keyboard.press('Control+d')
  await order('My collection', 'Second', 'Lamps', 'Ceiling', 'Ceiling copy')
  await expect(collections.row('Ceiling copy')).toBeFocused()
  await page.keyboard.press('Delete')
  await order('My collection', 'Second', 'Lamps', 'Ceiling')
  await app.toast('Deleted “Ceiling copy”.').getByRole('button', { name: 'Undo' }).click()
  await order('My collection', 'Second', 'Lamps', 'Ceiling', 'Ceiling copy')
  await page.getByRole('searchbox', { name: 'Search saved messages' }).fill('copy')
  await order('My collection', 'Lamps', 'Ceiling copy')
  await page.getByRole('searchbox', { name: 'Search saved messages' }).fill('')

  // A folder from elsewhere, with a file that is wrong.
  const folder = mkdtempSync(join(tmpdir(), 'treetop-plant-'))
  try {
    writeFileSync(join(folder, 'collection.yaml'), 'name: Plant\n')
    writeFileSync(join(folder, 'oven.yaml'), '# hot\ntopic: plant/oven\nqos: 5\n')
    writeFileSync(join(folder, 'lamp.yaml'), 'topic: plant/lamp\npayload: "on"\n')
    if (host === 'browser') await collections.add('Open a collection…', folder)
    else await treetop.chooses(folder, () => collections.menu('Open a collection…'))
    await collections.row('oven').click()
    await expect(collections.form('oven')).toContainText(
      'oven.yaml, line 3: “qos” has a value that cannot be used'
    )
    writeFileSync(join(folder, 'oven.yaml'), '# hot\ntopic: plant/oven\nqos: 1\nowner: ops\n')
    const form = collections.form('oven')
    await expect(form.getByLabel('Topic', { exact: true })).toHaveValue('plant/oven')
    await expect(form.getByRole('note')).toContainText('line 4: Treetop does not know the key “owner”')
    await form.getByLabel('Payload', { exact: true }).fill('180')
    // Meanwhile another program writes the file.
    writeFileSync(join(folder, 'oven.yaml'), '# hot\ntopic: plant/oven/set\nqos: 1\nowner: ops\n')
    await expect(form).toContainText('The file was changed by another program')
    await form.getByRole('button', { name: 'Keep mine' }).click()
    await form.getByRole('button', { name: 'Save' }).click()
    await expect
      .poll(() => readFileSync(join(folder, 'oven.yaml'), 'utf8'))
      .toBe('# hot\ntopic: plant/oven\nqos: 1\nowner: ops\npayload: "180"\n')
    // What is typed stays when the file goes.
    await form.getByLabel('Payload', { exact: true }).fill('200')
    rmSync(join(folder, 'oven.yaml'))
    await expect(form).toContainText('The file oven.yaml is gone')
    await form.getByRole('button', { name: 'Save as a new file' }).click()
    await expect(form.getByRole('button', { name: 'Save', exact: true })).toBeDisabled()
    expect(readFileSync(join(folder, 'oven.yaml'), 'utf8')).toBe(
      'name: oven\ntopic: plant/oven\npayload: "200"\nqos: 1\n'
    )
  } finally {
    rmSync(folder, { recursive: true })
  }
})
