import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mosquittoPub, mosquittoSub } from './fixtures/clients'
import { ChecksPage } from './pages/checks'
import { PalettePage } from './pages/palette'
import { RecordingsPage } from './pages/recordings'
import { WatchPage } from './pages/watch'
import { expect, test } from './test'

test('a rule is tried with the history, fires, is told, marked, published and logged, and survives a restart', async ({
  app,
  treetop
}) => {
  const watch = new WatchPage(app)
  const recordings = new RecordingsPage(app, treetop)
  await app.startLocalBroker()
  const port = treetop.brokerPort
  const send = (topic: string, temp: number): void =>
    mosquittoPub(port, topic, `{"temp": ${temp}, "unit": "C"}`, '-q', '1')
  send('plant/a/temp', 20)
  send('plant/a/temp', 91)
  send('plant/a/temp', 21)
  send('plant/b/temp', 22)

  // The rule is written from the topic, with the value that its message has, and tried before it is on.
  await app.select('plant/a/temp')
  await new PalettePage(app.page).run('Watch this topic')
  await expect(watch.field('Topic filter')).toHaveValue('plant/a/temp')
  await watch.field('Topic filter').fill('plant/+/temp')
  await watch.field('Name').fill('Too hot')
  await watch.form.getByRole('button', { name: 'Save and switch on' }).click()
  await expect(watch.form.getByText('Enter a number.')).toBeVisible()
  await expect(watch.field('Limit')).toBeFocused()
  await watch.field('Value').selectOption('/temp')
  await watch.field('Limit').fill('80')
  await watch.action('Publish a message').check()
  // The rule watches this topic, too.
  await watch.field('Topic').fill('plant/{{state}}/temp')
  await watch.field('Payload').fill('{"temp": {{value}}, "of": "{{topic}}"}')
  await watch.field('Again at the earliest after').fill('0')
  await expect(watch.sentence).toHaveText(
    'When /temp of plant/+/temp is above 80, notify me, mark it in the time bar and publish to plant/{{state}}/temp.'
  )
  await expect(watch.form.getByText('Would have fired 1 time in the last hour.')).toHaveCount(2)
  await expect(watch.trialMoments).toHaveCount(2)
  await expect(watch.trialMoments.first()).toContainText('plant/a/temp 91')
  await watch.save()
  await expect(watch.rule('Too hot')).toContainText('OK')

  // It fires on each topic by itself, once, and publishes; its own messages fire nothing.
  const alarms = await mosquittoSub(port, 'plant/#', '-q', '1')
  send('plant/a/temp', 85)
  send('plant/a/temp', 86)
  await alarms.until(/plant\/fired\/temp {"temp": 85, "of": "plant\/a\/temp"}/)
  await expect(app.toast('Too hot: plant/a/temp 85')).toBeVisible()
  await expect(watch.rule('Too hot')).toContainText('Firing on 1 topic')
  await expect(watch.rule('Too hot')).toContainText('3 topics')
  send('plant/a/temp', 79)
  await alarms.until(/plant\/back\/temp {"temp": 79, "of": "plant\/a\/temp"}/)
  await expect(app.toast('Good again: plant/a/temp')).toBeVisible()
  send('plant/b/temp', 95)
  await alarms.until(/plant\/fired\/temp {"temp": 95, "of": "plant\/b\/temp"}/)
  await alarms.stop()

  // The log leads to the message, and the time bar to the moment.
  await watch.showLog()
  await expect(watch.log.nth(1)).toContainText('Published to plant/fired/temp')
  await expect(watch.log.nth(2)).toContainText(/Fired, notified, marked.*plant\/b\/temp.*95/)
  await expect(watch.log.filter({ hasText: /Fired.*plant\/fired\/temp/ })).toHaveCount(0)
  await watch.log
    .filter({ hasText: /Fired.*plant\/a\/temp.*85/ })
    .getByRole('button', { name: 'plant/a/temp' })
    .click()
  await expect(app.payload).toContainText('85')
  await app.button('Marks of rules').click()
  await app.page.getByRole('menuitem', { name: /Too hot · plant\/b\/temp/ }).click()
  await expect(app.button('Live')).toBeVisible()
  await app.button('Live').click()

  // A recording brings the marks along, and the moment to compare from.
  await app.button('Compare from this moment').click()
  const path = test.info().outputPath('marked.treetop')
  writeFileSync(path, await recordings.save())
  await recordings.open(path)
  await expect(app.button('Stop comparing')).toBeVisible()
  await app.button('Marks of rules').click()
  await expect(app.page.getByRole('menuitem', { name: /Too hot · plant\/b\/temp/ })).toBeVisible()
  await app.page.keyboard.press('Escape')
  await recordings.close()

  // Rules, log and what fires survive a restart: what fires already is not told again.
  await treetop.stop()
  await treetop.start()
  await app.open(treetop)
  await app.startLocalBroker()
  await watch.open()
  await expect(watch.rule('Too hot')).toContainText('Firing on 1 topic')
  await expect(watch.rule('Too hot')).toContainText('plant/b/temp')
  send('plant/b/temp', 96)
  send('plant/b/temp', 30)
  await expect(app.toast('Good again: plant/b/temp')).toBeVisible()
  await expect(watch.rule('Too hot')).toContainText('OK')
  await expect(app.toast(/Too hot: plant/)).toHaveCount(0)

  // Silence is noticed without a message, of topics that were known before the rule.
  await app.button('New rule').click()
  await watch.field('Topic filter').fill('plant/#')
  await watch.condition('Silent').check()
  await watch.field('Silent for').fill('1')
  await watch.save()
  const silent = watch.rule('When a topic of plant/# is silent for 1 sec')
  await expect(silent).toContainText('4 topics silent')
  await expect(app.toast(/plant\/\w+\/temp no message, and 3 more/)).toBeVisible()
  await silent.getByRole('switch', { name: 'On' }).click()
  await expect(silent).toContainText('Off')
  await watch.choose('Too hot', 'Remove…')
  await app.page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(watch.rule('Too hot')).toHaveCount(0)
})

test('a rule runs a check, and its log says what came of it and what was left out', async ({
  app,
  treetop
}) => {
  const file = join(treetop.dataDirectory, 'collections', 'lamp.test.yaml')
  const lamp = (payload: string): string =>
    `checks:
  - name: answers
    steps:
      - publish: { topic: a, payload: 'on' }
      - wait: 2s
      - expect: { topic: a, payload: '${payload}', within: 100ms }
  - name: other
    steps: []
`
  writeFileSync(file, lamp('on'))
  const watch = new WatchPage(app)
  const checks = new ChecksPage(app)
  await app.startLocalBroker()
  const send = (...jobs: string[]): void =>
    jobs.forEach((job) => mosquittoPub(treetop.brokerPort, 'plant/job', job, '-q', '1'))
  send('1')

  await watch.open()
  await app.button('New rule').click()
  await watch.field('Topic filter').fill('plant/job')
  await watch.field('Name').fill('New job')
  await watch.condition('Changed').check()
  await watch.field('Again at the earliest after').fill('0')
  await watch.action('Notify me').uncheck()
  await watch.action('Mark the moment in the time bar').uncheck()
  await watch.action('Run a check').check()
  await watch.form.getByRole('button', { name: 'Save and switch on' }).click()
  await expect(watch.field('Check')).toBeFocused()
  await watch.field('Check').selectOption('lamp.test.yaml › answers')
  await expect(watch.sentence).toHaveText('When a value of plant/job changes, run lamp.test.yaml › answers.')
  await watch.save()
  await expect(watch.rule('New job')).toContainText('1 topic')

  // While it runs, further firings are left out and say so.
  send('2', '3', '4')
  await watch.showLog()
  const answers = watch.log.filter({ hasText: 'lamp.test.yaml › answers' })
  await expect(answers.filter({ hasText: 'answers passed' })).toHaveCount(1)
  await expect(
    answers.filter({ hasText: 'did not run: another run of checks was in progress' }).first()
  ).toBeVisible()

  // A failure is told, and leads to the run.
  writeFileSync(file, lamp('off'))
  send('5')
  await expect(app.toast('New job: lamp.test.yaml › answers failed.')).toBeVisible()
  await answers
    .filter({ hasText: 'answers failed: ' })
    .getByRole('button', { name: /answers failed/ })
    .click()
  await expect(checks.row('answers, failed')).toHaveAttribute('aria-selected', 'true')
  await expect(checks.detail('answers')).toContainText('lamp.test.yaml:6  expect a')

  rmSync(file)
  send('6')
  await watch.open()
  await expect(answers.filter({ hasText: 'did not run: it is in no open collection any more' })).toBeVisible()
})
