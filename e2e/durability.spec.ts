import { readFileSync } from 'node:fs'
import type { MqttVersion } from '../src/shared/contract/profiles'
import { full } from './extent'
import { mosquittoPub } from './fixtures/clients'
import { writeKeptProfile } from './fixtures/kept-profile'
import { Sender } from './fixtures/senders'
import type { Treetop } from './fixtures/treetop'
import { AppPage } from './pages/app'
import { expect, test } from './test'

const KILLS = full ? 20 : 4
/** Delays before a kill, in ms: before, while and after the queued messages of the persistent session arrive. */
const SHORTEST = 150
const LONGEST = 900

interface Recorded {
  topic: string
  payload: string
  direction: string
  dup: boolean
}

async function recorded(treetop: Treetop): Promise<Recorded[]> {
  const output = test.info().outputPath('all.jsonl')
  const flags = [
    '--data-dir',
    treetop.dataDirectory,
    '--profile',
    'Kept',
    '--format',
    'jsonl',
    '--force',
    '--output',
    output
  ]
  const { code, output: said } = await treetop.command('export', ...flags)
  expect(code, said).toBe(0)
  return readFileSync(output, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Recorded)
}

/** The number of times each number of a topic was recorded. */
function counts(messages: Recorded[], topic: string): Map<number, number> {
  const found = new Map<number, number>()
  for (const message of messages) {
    if (message.topic !== topic) continue
    const number = Number(message.payload)
    found.set(number, (found.get(number) ?? 0) + 1)
  }
  return found
}

/** Kills Treetop repeatedly while messages flow, then compares the messages acknowledged to the senders with the history. */
async function killAndCompare(
  treetop: Treetop,
  port: number,
  version: MqttVersion,
  kills: number
): Promise<void> {
  await treetop.stop()
  writeKeptProfile(treetop.dataDirectory, port, version, 'load/#')
  await treetop.start()
  // Once a message arrives, the broker has the session and its subscriptions.
  await expect
    .poll(
      async () => {
        mosquittoPub(port, 'load/probe', 'x')
        return (await recorded(treetop)).length
      },
      { timeout: 30_000 }
    )
    .toBeGreaterThan(0)
  const senders = [await Sender.start(port, 'load/q1', 1), await Sender.start(port, 'load/q2', 2)]
  const killedAfter: number[] = []
  for (let kill = 0; kill < kills; kill++) {
    const after = Math.round(SHORTEST + Math.random() * (LONGEST - SHORTEST))
    killedAfter.push(after)
    await new Promise((resolve) => setTimeout(resolve, after))
    await treetop.stop('SIGKILL')
    await treetop.start()
  }
  for (const sender of senders) await sender.stop()
  const missing = (messages: Recorded[]): number[] =>
    senders.flatMap(({ topic, acknowledged }) => {
      const found = counts(messages, topic)
      return acknowledged.filter((number) => !found.has(number))
    })
  await expect
    .poll(async () => missing(await recorded(treetop)), {
      message: `Killed after ${killedAfter.join(', ')} ms, missing are`,
      timeout: 90_000,
      intervals: [2_000]
    })
    .toEqual([])
  expect(await treetop.stop()).toBe(0)

  const messages = await recorded(treetop)
  const twice = [...counts(messages, 'load/q2')].filter(([, count]) => count !== 1)
  expect(
    twice,
    `Killed after ${killedAfter.join(', ')} ms, QoS 2 messages not recorded exactly once`
  ).toEqual([])
  // The load was real and the kills interrupted it: the broker had to resend some messages.
  for (const { acknowledged } of senders) expect(acknowledged.length).toBeGreaterThan(kills * 50)
  expect(messages.some(({ dup }) => dup)).toBe(true)
}

for (const [version, kills] of [
  [5, KILLS],
  [4, full ? 6 : 2]
] as const) {
  test(`killed ${kills} times with Mosquitto (protocol level ${version}), no acknowledged message is lost or, at QoS 2, repeated @slow`, async ({
    mosquitto,
    treetop
  }) => {
    test.setTimeout(240_000)
    await mosquitto.start({ queue: 'unlimited' })
    await killAndCompare(treetop, mosquitto.tcp, version, kills)
  })
}

test(`killed ${KILLS} times with Treetop’s own broker, no acknowledged message is lost or, at QoS 2, repeated @slow`, async ({
  newTreetop,
  treetop
}) => {
  test.setTimeout(240_000)
  const broker = newTreetop()
  await broker.start()
  const app = new AppPage(await broker.page())
  await app.startLocalBroker()
  await killAndCompare(treetop, broker.brokerPort, 5, KILLS)
})
