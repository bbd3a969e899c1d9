import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { historyPath } from '../../src/main/history/path'
import { HistoryWriter } from '../../src/main/history/writer'
import { goesOn } from '../../src/shared/contract/jobs'
import { asRecorded, everyMessageAgain } from '../../src/shared/contract/replay'
import { scaled, type Case, type Figure } from '../case'
import { percentile } from '../figures'
import { PROFILE_ID, writeProfile } from '../profiles'
import { Program } from '../program'
import type { SinkArrival, SinkNews } from '../replay-protocol'
import { temporaryFolder } from '../scratch'
import { topicAt } from '../topics'
import { Treetop } from '../treetop'

const TOPICS = { count: 1_000, length: 30, siblings: 100 }
const RATE = 1_000
const SECONDS = 20
const SOURCE = 'source'

/** How far the times at which a replay sends are from those that were recorded. */
export const replay: Case = {
  name: 'replay',
  states:
    '1,000 msg/s over 1,000 topics for 20 s: QoS 0 as recorded, and QoS 1 recorded at 100 msg/s and replayed at 10 times the speed',
  async run(options) {
    const messages = RATE * scaled(SECONDS, options)
    return [
      ...(await measured('QoS 0', messages, { qos: 0, speed: 1 })),
      ...(await measured('QoS 1, 10 times', messages, { qos: 1, speed: 10 }))
    ]
  }
}

async function measured(
  what: string,
  messages: number,
  { qos, speed }: { qos: 0 | 1; speed: number }
): Promise<Figure[]> {
  const distance = (speed * 1e6) / RATE
  const sink = new Program<SinkNews>('replay-sink')
  const { port } = await sink.hear('listening')
  const directory = temporaryFolder()
  writeProfile(directory, port)
  addSource(directory)
  writeHistory(historyPath(directory, SOURCE), messages, { qos, distance })
  const treetop = new Treetop(directory)
  await treetop.start()
  await online(treetop)
  let state = 'running'
  treetop.api.on('jobs.changed', (job) => {
    if (job.kind === 'replay' && !goesOn(job)) state = job.state
  })
  await treetop.api.call('replay.start', {
    history: { kind: 'connection', id: SOURCE },
    target: PROFILE_ID,
    intoSource: false,
    selection: everyMessageAgain,
    options: { ...asRecorded, speed }
  })
  while (state === 'running') await new Promise((resolve) => setTimeout(resolve, 50))
  await treetop.stop()
  sink.tell({})
  const { arrivals } = await sink.hear('arrived')
  await sink.stop()
  if (state !== 'done' || arrivals.length !== messages)
    throw new Error(`${state}: ${arrivals.length} of ${messages} arrived`)
  return figuresOf(what, arrivals, distance / 1_000 / speed)
}

/** The errors of the send times, against the schedule that the earliest message kept. */
function figuresOf(what: string, arrivals: SinkArrival[], distance: number): Figure[] {
  const offsets = arrivals.map(({ index, at }) => at - index * distance)
  const earliest = Math.min(...offsets)
  const errors = offsets.map((offset) => offset - earliest)
  const latest = errors.indexOf(Math.max(...errors))
  const unordered = arrivals.filter(({ index }, place) => index !== place).length
  const row = (share: number): Omit<Figure, 'target'> => ({
    what: `error of the send time, ${what}, p${share * 100}`,
    value: percentile(errors, share),
    unit: 'ms'
  })
  return [
    { ...row(0.5), target: null },
    { ...row(0.95), target: { most: 5 } },
    { ...row(0.99), target: { most: 5 }, details: { longest: errors[latest]!, atMessage: latest } },
    { ...row(0.999), target: null },
    { what: `out of order, ${what}`, value: unordered, unit: 'messages', target: { least: 0, most: 0 } }
  ]
}

/** A second profile, which is never connected: its history is replayed. */
function addSource(directory: string): void {
  const path = join(directory, 'profiles.json')
  const file = JSON.parse(readFileSync(path, 'utf8')) as { profiles: object[] }
  file.profiles.push({ ...file.profiles[0], id: SOURCE, name: 'Source', connectAtLaunch: false })
  writeFileSync(path, JSON.stringify(file))
}

/** A history of messages whose payloads are their numbers. `distance`: between two, in µs. */
function writeHistory(
  path: string,
  messages: number,
  { qos, distance }: { qos: 0 | 1; distance: number }
): void {
  mkdirSync(dirname(path), { recursive: true })
  const writer = HistoryWriter.open(path)
  for (let index = 0; index < messages; index++)
    writer.append(
      writer.entry(topicAt(TOPICS, index % TOPICS.count)),
      {
        ...{ direction: 'in', qos, retain: false, dup: false, properties: null },
        payload: Buffer.from(String(index))
      },
      1_780_000_000_000_000 + index * distance
    )
  writer.close()
}

async function online(treetop: Treetop): Promise<void> {
  for (;;) {
    const list = await treetop.api.call('connections.list')
    if (list.some(({ id, state }) => id === PROFILE_ID && state === 'online')) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
