import { newPage, openTree } from '../browser'
import { scaled, type Case } from '../case'
import { startFirehose } from '../firehose'
import { startMosquitto } from '../mosquitto'
import { cpuSeconds } from '../proc'
import { PROFILE_ID, writeProfile } from '../profiles'
import { Program } from '../program'
import { seconds, temporaryFolder } from '../scratch'
import { branchesOf, topicAt } from '../topics'
import { Treetop } from '../treetop'

const TOPICS = { count: 100, length: 30, siblings: 10 }
const SECONDS = 60
/** Waits until the first messages are on disk, and their rates have fallen to zero. */
const SETTLE_SECONDS = 20

/** Treetop's CPU use when nothing happens, compared with MQTT.js alone on the same broker. */
export const idle: Case = {
  name: 'idle',
  states:
    '100 topics of 30 bytes, one message each at the start, then none for 60 s; one connection to Mosquitto without $SYS (where it is not installed, to a silent firehose); all branches in sight in Chromium',
  async run(options) {
    const mosquitto = await startMosquitto()
    const firehose = mosquitto === null ? await startFirehose({ topics: TOPICS, payload: 100, qos: 0 }) : null
    const port = mosquitto ?? firehose?.port ?? 0
    const treetop = new Treetop(temporaryFolder())
    writeProfile(treetop.dataDirectory, port)
    await treetop.start()
    if (firehose) {
      await firehose.subscribed()
      await firehose.send({ messages: TOPICS.count, rate: null })
    } else await publishEach(treetop)
    const page = await newPage(branchesOf(TOPICS))
    await openTree(page, treetop.url)
    const alone = new Program('counter', port)
    await seconds(scaled(SETTLE_SECONDS, options))
    const before = { treetop: cpuSeconds(treetop.pid), alone: cpuSeconds(alone.pid) }
    const measured = scaled(SECONDS, options)
    await seconds(measured)
    const share = (now: number, then: number): number => (100 * (now - then)) / measured
    return [
      {
        what: "CPU of Treetop's process",
        value: share(cpuSeconds(treetop.pid), before.treetop),
        unit: '% of a core',
        baseline: { what: 'MQTT.js alone', value: share(cpuSeconds(alone.pid), before.alone), unit: '%' },
        target: { most: 1 }
      }
    ]
  }
}

/** Published through Treetop itself: the topics appear as soon as the broker has sent them back. */
async function publishEach(treetop: Treetop): Promise<void> {
  const online = async (): Promise<boolean> =>
    (await treetop.api.call('connections.list')).some(
      ({ subscriptions }) => subscriptions.length > 0 && subscriptions.every(({ code }) => code !== null)
    )
  while (!(await online())) await seconds(0.1)
  for (let index = 0; index < TOPICS.count; index++) {
    const payload = Buffer.from(String(index))
    const topic = topicAt(TOPICS, index)
    await treetop.api.call('messages.publish', {
      connectionId: PROFILE_ID,
      topic,
      payload,
      qos: 1,
      retain: false
    })
  }
  await treetop.statsWhen(({ topics }) => topics === TOPICS.count)
}
