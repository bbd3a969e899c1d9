import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mosquittoPub } from './fixtures/clients'
import { ChecksPage } from './pages/checks'
import { CollectionsPage } from './pages/collections'
import { PalettePage } from './pages/palette'
import { expect, test } from './test'

const LAMP = `name: Lamp
broker: local
checks:
  - name: echoes
    tags: [smoke]
    steps:
      - publish: { topic: home/lamp, payload: { on: true } }
      - expect: { topic: home/lamp, json: { on: true } }
  - name: says that it is off
    steps:
      - publish: { topic: home/lamp, payload: { on: true }, qos: 1 }
      - expect: { topic: home/lamp, json: { on: false }, within: 200ms }
`
const SLOW = `name: Slow
steps:
  - wait: 1m
`

test('checks of a collection are run all, one by one and only the failed ones, and say why they failed', async ({
  app,
  page,
  treetop
}) => {
  const folder = join(treetop.dataDirectory, 'collections')
  const checks = new ChecksPage(app)
  await checks.open()
  await expect(checks.main).toContainText('No checks yet')
  await expect(checks.main).toContainText(folder)

  // What is written outside of Treetop appears by itself.
  mkdirSync(join(folder, 'rooms'), { recursive: true })
  writeFileSync(join(folder, 'rooms', 'lamp.test.yaml'), LAMP)
  writeFileSync(join(folder, 'bad.test.yaml'), 'name: Bad\nsteps:\n  - jump: high\n')
  await expect(checks.row('says that it is off, not run')).toBeVisible()
  await expect(checks.row('bad.test.yaml, error')).toBeVisible()
  await checks.row('bad.test.yaml, error').click()
  await expect(checks.detail('bad.test.yaml')).toContainText('bad.test.yaml:3: "jump" is not a step')
  await expect(checks.detail('bad.test.yaml')).toContainText('- jump: high')

  await checks.button('Run all').click()
  await expect(checks.summary).toContainText('1 failed, 1 file with errors, 1 passed in')
  await checks.row('says that it is off, failed').click()
  const detail = checks.detail('says that it is off')
  await expect(detail).toContainText('rooms/lamp.test.yaml:12  expect home/lamp')
  await expect(detail).toContainText('client < home/lamp')
  await expect(detail).toContainText('PUBLISH')

  // Why it failed is said in the language of the page, also when that is another one meanwhile.
  const palette = new PalettePage(page)
  await palette.run('Switch to Chinese')
  await expect(detail).toContainText('200 ms 内应收到 1 条消息（主题 home/lamp），但没有收到符合的消息。')
  await expect(detail).toContainText('home/lamp：on：应为 false，实际为 true')
  await checks.row('bad.test.yaml, 错误').click()
  await expect(checks.detail('bad.test.yaml')).toContainText('bad.test.yaml:3：“jump”不是步骤。')
  await palette.run('Switch to English')
  await checks.row('says that it is off, failed').click()
  const junit = await treetop.saved(async () => {
    await checks.button('Export').click()
    await page.getByRole('menuitem', { name: 'JUnit XML…' }).click()
  })
  expect(junit.toString()).toContain('failures="1" errors="1"')

  // The results stay when the page is loaded again.
  await page.reload()
  await checks.open()
  await expect(checks.row('echoes, passed')).toBeVisible()

  // The mended file is run again, without the one that passed; then one alone, by its tag.
  writeFileSync(join(folder, 'rooms', 'lamp.test.yaml'), LAMP.replace('on: false', 'on: true'))
  writeFileSync(join(folder, 'bad.test.yaml'), SLOW)
  await expect(checks.row(/^Slow,/).first()).toBeVisible()
  await checks.row('says that it is off, failed').click()
  await page.keyboard.press('Control+Enter')
  await expect(checks.summary).toContainText('1 passed in')
  await expect(checks.row('echoes, not run')).toBeVisible()
  await page.getByPlaceholder('Filter by name').fill('@smoke')
  await checks.button('Run shown').click()
  await expect(checks.row('echoes, passed')).toBeVisible()
  await page.getByPlaceholder('Filter by name').fill('')

  // A run that is cancelled ends with what had run.
  await checks.button('Run all').click()
  await expect(checks.row('Slow, running').first()).toBeVisible()
  await expect(checks.row('says that it is off, passed')).toBeVisible()
  await checks.button('Cancel').click()
  await expect(checks.main).toContainText('The run was cancelled')
  await expect(checks.summary).toContainText('2 passed, 1 not run')
  expect(readFileSync(join(folder, 'bad.test.yaml'), 'utf8')).toBe(SLOW)
})

test('a check is made of a message that was seen, one that was published and one that was saved, and runs', async ({
  app,
  page,
  treetop
}) => {
  const folder = join(treetop.dataDirectory, 'collections')
  const file = join(folder, 'lamp.test.yaml')
  const checks = new ChecksPage(app)
  const form = checks.newCheck
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'home/lamp', '{"on": true, "level": 3}', '-q', '1')

  // Of what is on the screen, by the menu of the topic: a fresh broker gets the message from the check itself.
  await app.select('home/lamp')
  await app.topic('lamp').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Expect this message again…' }).click()
  await expect(form.preview).toContainText('json: { on: true, level: 3 }')
  await expect(form.preview).toContainText('Writes a-message-arrives-on-home-lamp.test.yaml:')
  await form.field('Payload').selectOption('Is equal')
  await expect(form.preview).toContainText('jsonEquals: { on: true, level: 3 }')
  await form.field('Name of the check').fill('Lamp')
  await expect(form.preview).toContainText('Writes lamp.test.yaml:')
  await form.write()
  await expect(app.toast('“Lamp” is in lamp.test.yaml.')).toBeVisible()
  await app.button('Show').click()
  await expect(checks.row('Lamp, not run')).toHaveAttribute('aria-selected', 'true')
  await checks.detail('Lamp').getByRole('button', { name: 'Run', exact: true }).click()
  await expect(checks.row('Lamp, passed')).toBeVisible()

  // Of what was published, into the same file: what a person wrote there stays, and a fault loses nothing that is typed.
  writeFileSync(file, `# Ours.\n${readFileSync(file, 'utf8')}`)
  await app.go('Topics')
  await app.publish('home/door', 'open', 1, true)
  await expect(app.publishResult).toContainText('PUBACK')
  await new PalettePage(page).run('Resend a published message')
  await app.button('Make a check that publishes “home/door”…').click()
  await form.field('File').selectOption('lamp.test.yaml')
  await form.field('Name of the check').fill('Lamp')
  await expect(form.dialog.getByRole('alert')).toContainText('The file already has a check of this name.')
  await form.field('Name of the check').fill('Door')
  await expect(form.preview).toContainText(
    'publish: { topic: home/door, payload: open, qos: 1, retain: true }'
  )
  await form.write()
  await app.button('Show').last().click()
  await expect(checks.row('Door, not run')).toHaveAttribute('aria-selected', 'true')
  await checks.button('Run all').click()
  await expect(checks.summary).toContainText('2 passed in')
  expect(readFileSync(file, 'utf8')).toMatch(/^# Ours\.\n/)

  // Of a saved message, which stays where it is.
  writeFileSync(join(folder, 'bell.yaml'), 'topic: home/bell\npayload: ding\n')
  const collections = new CollectionsPage(app)
  await collections.open()
  await collections.row('bell').click({ button: 'right' })
  await page.getByRole('menuitem', { name: 'Make a check…' }).click()
  await expect(form.preview).toContainText('publish: { request: bell.yaml }')
  await form.field('Name of the check').fill('Bell')
  await form.write()
  await app.button('Show').last().click()
  await checks.button('Run all').click()
  await expect(checks.summary).toContainText('3 passed in')
})
