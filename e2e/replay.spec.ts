import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mosquittoPub, mosquittoSub } from './fixtures/clients'
import { RecordingsPage } from './pages/recordings'
import { ReplayPage } from './pages/replay'
import { expect, test as base } from './test'

/** A folder for the user's files, the app's recordings, and its replays. */
const test = base.extend<{ folder: string; recordings: RecordingsPage; replay: ReplayPage }>({
  folder: async ({ browserName: _ }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'treetop-files-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true })
  },
  recordings: async ({ app, treetop }, use) => {
    await use(new RecordingsPage(app, treetop))
  },
  replay: async ({ app }, use) => {
    await use(new ReplayPage(app))
  }
})

/** The lines `QoS retained topic payload` among what mosquitto_sub said. */
function received(output: string): string[] {
  return output.split('\n').filter((line) => /^[012] [01] /.test(line))
}

test('a recording is replayed in three clicks: order, payloads, QoS and retained state reach another client; it pauses, steps, and is cancelled', async ({
  app,
  treetop,
  recordings,
  replay,
  folder
}) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  mosquittoPub(port, 'plant/state', 'on', '-q', '1', '-r')
  for (let n = 0; n < 12; n++)
    mosquittoPub(port, `plant/line${n % 2}`, JSON.stringify({ n, time: Date.now() }), '-q', String(n % 3))
  mosquittoPub(port, 'office/lamp', 'off')
  await app.select('office/lamp')
  await expect(app.payload).toContainText('off')
  const path = join(folder, 'plant.treetop')
  writeFileSync(path, await recordings.save())
  await recordings.open(path)

  // Three clicks: the button, nothing to choose, and "Replay".
  const again = await mosquittoSub(port, 'plant/#', '-q', '2', '-R')
  await app.button('Replay…').first().click()
  await replay.choice('Speed', '10×').check()
  await replay.start.click()
  await expect(replay.dialog).toHaveCount(0)
  await expect(app.toast(/Replayed \d+ messages into Local broker/)).toBeVisible()
  await again.until(/"n":11/)
  await expect.poll(() => received(again.output)).toHaveLength(13)
  await again.stop()
  // Only messages of the same QoS keep their order on the way [MQTT-4.6.0-5].
  for (const qos of [0, 1, 2]) {
    const expected = Array.from({ length: 12 }, (_, n) => `${qos} 0 plant/line${n % 2} {"n":${n},}`)
    const lines = received(again.output).filter((line) => line.startsWith(String(qos)))
    expect(lines.map((line) => line.replace(/"time":\d+/, ''))).toEqual([
      ...(qos === 1 ? ['1 0 plant/state on'] : []),
      ...expected.filter((_, n) => n % 3 === qos)
    ])
  }

  // A part of it, under other topics, with current times, from the menu of a topic.
  await app.topic('plant').click({ button: 'right' })
  await app.page.getByRole('menuitem', { name: 'Replay here…' }).click()
  await expect(replay.field('Topics')).toHaveValue('plant/#')
  await replay.field('Except').fill('plant/line1')
  await replay.more.click()
  await replay.field('Replace at the start of topics').fill('plant/')
  await replay.field('With').fill('test/')
  await replay.choice('Times in JSON payloads', 'Make current').check()
  await replay.choice('QoS', '1').check()
  await replay.choice('Retain', 'On').check()
  const started = Date.now()
  const test1 = await mosquittoSub(port, 'test/#', '-q', '2', '-R')
  await replay.start.click()
  await test1.until(/"n":10/)
  await test1.stop()
  const kept = await mosquittoSub(port, 'test/#', '-q', '2')
  await kept.until(/test\/line0/)
  await kept.until(/test\/state/)
  await kept.stop()
  expect(received(test1.output).map((line) => line.replace(/"time":\d+/, ''))).toEqual([
    '1 0 test/state on',
    ...[0, 2, 4, 6, 8, 10].map((n) => `1 0 test/line0 {"n":${n},}`)
  ])
  for (const [, time] of test1.output.matchAll(/"time":(\d+)/g))
    expect(Math.abs(Number(time) - started)).toBeLessThan(60_000)
  expect(received(kept.output).map((line) => line.slice(0, 15))).toEqual(
    expect.arrayContaining(['1 1 test/state ', '1 1 test/line0 '])
  )

  // Slowly, in a loop: it is paused, steps by one message, survives the page, and is cancelled.
  await app.button('Replay…').first().click()
  await replay.choice('Speed', 'Other').check()
  await replay.field('Times the recorded speed').fill('0.1')
  await replay.dialog.getByRole('checkbox', { name: 'Repeat until cancelled' }).check()
  await replay.start.click()
  await expect(replay.bar).toContainText('pass 1')
  await replay.barButton('Pause replay').click()
  await expect(replay.bar).toContainText('Paused')
  const countOf = async (): Promise<number> =>
    Number(/(\d+) messages?/.exec((await replay.bar.textContent()) ?? '')?.[1])
  // The last message before the pause may not be acknowledged yet.
  let before = NaN
  await expect.poll(async () => before === (before = await countOf()), { intervals: [300] }).toBe(true)
  await replay.barButton('Publish the next message').click()
  await expect.poll(countOf).toBe(before + 1)
  await app.page.reload()
  await app.open(treetop)
  await expect(replay.bar).toContainText('Paused')
  expect(await countOf()).toBe(before + 1)
  await replay.barButton('Continue replay').click()
  await expect.poll(countOf).toBeGreaterThan(before + 1)
  await replay.barButton('Cancel replay').click()
  await expect(app.toast(/Replay cancelled after/)).toBeVisible()
  await expect(replay.bar).toHaveCount(0)
})

test('a replay into the connection that it comes from has to be confirmed, and does not replay itself', async ({
  app,
  treetop,
  replay
}) => {
  await app.startLocalBroker()
  mosquittoPub(treetop.brokerPort, 'plant/lamp', 'on')
  await app.select('plant/lamp')
  await app.tab('History').click()
  await expect(app.history.getByRole('row')).toHaveCount(1)
  await app.button('Replay…').click()
  await expect(replay.field('Topics')).toHaveValue('plant/lamp')
  await expect(replay.dialog).toContainText('will contain these messages twice')
  await expect(replay.start).toBeDisabled()
  await replay.dialog.getByRole('checkbox', { name: 'Replay into the same connection' }).check()
  await replay.choice('Speed', 'Maximum').check()
  await replay.start.click()
  await expect(app.toast('Replayed 1 message into Local broker')).toBeVisible()
  // Published, and received.
  await expect(app.history.getByRole('row')).toHaveCount(3)
})

test('the command line replays a recording, and a period of a history with the state before it', async ({
  app,
  treetop,
  recordings,
  folder
}) => {
  const port = treetop.brokerPort
  await app.startLocalBroker()
  mosquittoPub(port, 'plant/state', 'on', '-q', '1', '-r')
  mosquittoPub(port, 'plant/temp', '20')
  await app.select('plant/temp')
  await expect(app.payload).toContainText('20')
  const path = join(folder, 'plant.treetop')
  writeFileSync(path, await recordings.save())
  const half = new Date(Date.now() + 1).toISOString()
  mosquittoPub(port, 'plant/temp', '21', '-q', '2')
  await expect(app.payload).toContainText('21')

  const subscriber = await mosquittoSub(port, '+/plant/#', '-q', '2', '-R')
  const url = `mqtt://127.0.0.1:${port}`
  const whole = await treetop.command('replay', path, '--to', url, '--prefix', 'a/', '--filter', 'plant/#')
  expect(whole.output).toContain(`Published 2 messages to ${url}.`)
  expect(whole.code).toBe(0)
  const flags = ['--data-dir', treetop.dataDirectory, '--profile', 'Local broker', '--filter', 'plant/#']
  const part = await treetop.command(
    'replay',
    ...flags,
    ...['--to', url, '--from', half, '--state', 'retained', '--prefix', 'b/', '--speed', 'max']
  )
  expect(part.output).toContain('Published 2 messages')
  await subscriber.until(/b\/plant\/temp 21/)
  await subscriber.stop()
  expect(received(subscriber.output)).toEqual([
    '1 0 a/plant/state on',
    '0 0 a/plant/temp 20',
    '1 0 b/plant/state on',
    '2 0 b/plant/temp 21'
  ])

  const misused = await treetop.command('replay', path)
  expect(misused.code).toBe(2)
  expect(misused.output).toContain('Give the broker with --to')
})
