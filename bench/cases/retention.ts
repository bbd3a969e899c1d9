import { scaled, type Case } from '../case'
import { startFirehose } from '../firehose'
import { percentile } from '../figures'
import { HISTORY, writeProfile } from '../profiles'
import { seconds, temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'

const TOPICS = { count: 10_000, length: 30, siblings: 100 }
const RATE = 10_000
const SECONDS = 60
const SETTLE = 3
/** MB: reached after about 20 s. */
const LIMIT = 40

/** Whether a history stays within its size limit under load, and whether enforcing that delays anything. */
export const retention: Case = {
  name: 'retention',
  states: `10,000 topics of 30 bytes, payload 100 bytes, QoS 0, 10,000 msg/s for 60 s; the history is kept to ${LIMIT} MB; the connection is asked for a row every 5 ms`,
  async run(options) {
    const firehose = await startFirehose({ topics: TOPICS, payload: 100, qos: 0 })
    const treetop = new Treetop(temporaryFolder())
    const history = { maxMegabytes: LIMIT, maxDays: null, powerSafe: false }
    writeProfile(treetop.dataDirectory, firehose.port, { history })
    await treetop.start()
    await firehose.subscribed()
    const viewId = await treetop.watch(['plant'])
    const sending = firehose.send({ messages: RATE * scaled(SECONDS, options), rate: RATE })
    let over = false
    void sending.then(() => (over = true))
    const answers: number[] = []
    let largest = 0
    while (!over) {
      const asked = performance.now()
      await treetop.api.call('topics.at', { viewId, index: 0 })
      answers.push(performance.now() - asked)
      largest = Math.max(largest, treetop.stats().historyBytes)
      await new Promise((done) => setTimeout(done, 5))
    }
    const { sent } = await sending
    await treetop.statsWhen(({ received }) => received >= sent)
    // Retention finishes its current step, and the figures follow once per second.
    await seconds(SETTLE)
    const stats = treetop.stats()
    const kept = await treetop.api.call('messages.count', {
      history: HISTORY,
      scope: { topic: null, subtree: true }
    })
    return [
      {
        what: 'longest wait of a call',
        value: Math.max(...answers),
        unit: 'ms',
        details: { p99: percentile(answers, 0.99), median: percentile(answers, 0.5) },
        target: { most: 100 }
      },
      {
        what: 'history on disk at most, with its log',
        value: largest / 1_000_000,
        unit: 'MB',
        // The log may take 16 MB, and 1 s passes between two samples.
        target: { most: LIMIT + 30 }
      },
      { what: 'not recorded', value: stats.unrecorded, unit: 'messages', target: { least: 0, most: 0 } },
      {
        what: 'counted in the tree less kept',
        value: stats.messages - kept.messages,
        unit: 'messages',
        target: { least: 0, most: 0 }
      }
    ]
  }
}
