import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChecksPage } from './pages/checks'
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
