import { heapBytes, newPage, openTree } from '../browser'
import { scaled, type Case } from '../case'
import { startFirehose } from '../firehose'
import { residentBytes } from '../proc'
import { writeProfile } from '../profiles'
import { seconds, temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'

const TOPICS = 1_000_000
const FEW = 1_000
const RATE = 20_000
/** Waits until writing and garbage collection have finished. */
const SETTLE_SECONDS = 10

/** Memory per topic, in the connection's process and in the page. */
export const memory: Case = {
  name: 'memory',
  states:
    '1,000,000 topics of 60 bytes, one message each, payload 100 bytes, QoS 0, 20,000 msg/s; the tree in sight in Chromium, closed',
  async run(options) {
    const count = scaled(TOPICS, options)
    const topics = { count, length: 60, siblings: 100 }
    const firehose = await startFirehose({ topics, payload: 100, qos: 0 })
    const treetop = new Treetop(temporaryFolder())
    writeProfile(treetop.dataDirectory, firehose.port)
    await treetop.start()
    await firehose.subscribed()
    const page = await newPage()
    await firehose.send({ messages: FEW, rate: RATE })
    await openTree(page, treetop.url)
    await seconds(SETTLE_SECONDS)
    const before = { process: residentBytes(treetop.pid), page: await heapBytes(page) }
    await firehose.send({ messages: count - FEW, rate: RATE })
    await treetop.statsWhen((stats) => stats.topics === count)
    await seconds(SETTLE_SECONDS)
    const after = { process: residentBytes(treetop.pid), page: await heapBytes(page) }
    return [
      {
        what: 'resident memory of the process, per topic',
        value: (after.process - before.process) / (count - FEW),
        unit: 'bytes',
        details: { before: before.process, after: after.process },
        target: { most: 600, aim: 400 }
      },
      {
        what: `heap of the page, from ${FEW} topics on`,
        value: (after.page - before.page) / 1_000_000,
        unit: 'MB',
        baseline: { what: `at ${FEW} topics`, value: before.page / 1_000_000, unit: 'MB' },
        target: { most: 10 }
      }
    ]
  }
}
