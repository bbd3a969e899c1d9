import { readFileSync } from 'node:fs'
import { mosquittoPub } from './fixtures/clients'
import { writeKeptProfile } from './fixtures/kept-profile'
import type { ShellHost } from './fixtures/shell-host'
import { Sender } from './fixtures/senders'
import { exported } from './fixtures/exported'
import { logOf } from './fixtures/log'
import { AppPage } from './pages/app'
import { expect, test as base } from './test'

/** What Treetop keeps and reports after a crash. */
const test = base.extend<{ desktop: ShellHost }>({
  desktop: async ({ newTreetop }, use) => {
    const desktop = newTreetop() as ShellHost
    await desktop.start()
    await use(desktop)
  }
})

test('an uncaught error: all data is on disk, the error is printed and logged, and the exit code is 1', async ({
  desktop
}) => {
  const app = new AppPage(await desktop.page())
  await app.startLocalBroker()
  for (let number = 0; number < 50; number++) mosquittoPub(desktop.brokerPort, 'crash/q0', String(number))
  // Of those that are shown, none may be lost.
  await expect(app.topic('crash')).toContainText('50')
  await desktop.answer('message', { response: 1 })
  await desktop.ask('break', 'cannot reach mqtt://anna:hunter2@broker.example')
  expect(await desktop.ended()).toBe(1)
  await desktop.forgive()

  const log = logOf(desktop)
  expect(log).toContain('uncaught error')
  expect(log).toMatch(/cannot reach mqtt:\/\/\[redacted\]@broker\.example\n +at /)
  expect(log).not.toContain('hunter2')
  expect(log).toContain('Treetop ends')
  expect(await exported(desktop, 'crash/q0')).toHaveLength(50)
})

test('an uncaught error shows a dialog that offers the log', async ({ desktop }) => {
  await (await desktop.page()).locator('[data-ready="true"]').waitFor()
  await desktop.ask('break', 'broken')
  await expect.poll(async () => (await desktop.state()).shown).toHaveLength(1)
  const { shown } = await desktop.state()
  expect(shown[0]).toMatchObject({
    kind: 'message',
    options: { type: 'error', message: 'Treetop must quit', buttons: ['Quit Treetop', 'Show Logs'] }
  })
  expect(JSON.stringify(shown)).not.toContain('broken')
  // The recording is closed before the user answers the dialog.
  await expect.poll(() => logOf(desktop)).toContain('Treetop ends')
  await desktop.answer('message', { response: 0 })
  expect(await desktop.ended()).toBe(1)
  await desktop.forgive()
})

test('an unhandled rejection is logged, and Treetop keeps running', async ({ desktop }) => {
  const app = new AppPage(await desktop.page())
  await app.startLocalBroker()
  await desktop.ask('reject', 'password: hunter2')
  await expect.poll(() => logOf(desktop)).toContain('unhandled rejection')
  expect(logOf(desktop)).not.toContain('hunter2')
  mosquittoPub(desktop.brokerPort, 'after', 'all')
  await expect(app.topic('after')).toBeVisible()
  await desktop.forgive()
})

test('when killed during QoS 1 traffic, Treetop restarts with every acknowledged message', async ({
  desktop,
  mosquitto
}) => {
  test.setTimeout(120_000)
  await mosquitto.start({ queue: 'unlimited' })
  await desktop.stop()
  writeKeptProfile(desktop.dataDirectory, mosquitto.tcp, 5, 'kill/#')
  await desktop.start()
  await new AppPage(await desktop.page()).expectOnline('Kept')
  const sender = await Sender.start(mosquitto.tcp, 'kill/q1', 1)
  for (let kill = 0; kill < 3; kill++) {
    await expect.poll(() => sender.acknowledged.length).toBeGreaterThan((kill + 1) * 100)
    await desktop.stop('SIGKILL')
    await desktop.start()
    await new AppPage(await desktop.page()).expectOnline('Kept')
  }
  await sender.stop()
  const output = test.info().outputPath('kept.jsonl')
  const recorded = async (): Promise<Set<string>> => {
    const { code, output: said } = await desktop.command(
      ...[
        'export',
        '--data-dir',
        desktop.dataDirectory,
        '--profile',
        'Kept',
        '--format',
        'jsonl',
        '--force',
        '--output',
        output
      ]
    )
    expect(code, said).toBe(0)
    const lines = readFileSync(output, 'utf8').split('\n')
    return new Set(lines.filter(Boolean).map((line) => (JSON.parse(line) as { payload: string }).payload))
  }
  await expect
    .poll(
      async () => {
        const found = await recorded()
        return sender.acknowledged.filter((number) => !found.has(String(number)))
      },
      { timeout: 60_000, intervals: [2_000] }
    )
    .toEqual([])
})
