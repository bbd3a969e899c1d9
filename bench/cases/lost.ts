import { newPage, openTree, scrolled } from '../browser'
import { scaled, type Case } from '../case'
import { startFirehose } from '../firehose'
import { HISTORY, writeProfile } from '../profiles'
import { temporaryFolder } from '../scratch'
import { branchesOf } from '../topics'
import { Treetop } from '../treetop'

const TOPICS = { count: 10_000, length: 30, siblings: 100 }
const RATE = 20_000
const SECONDS = 60

/** Whether every message of a long steady stream is counted and stored while a user browses. */
export const lost: Case = {
  name: 'lost',
  states:
    '10,000 topics of 30 bytes, payload 100 bytes, QoS 0, 20,000 msg/s for 60 s; all branches open and scrolled in Chromium',
  async run(options) {
    const messages = RATE * scaled(SECONDS, options)
    const firehose = await startFirehose({ topics: TOPICS, payload: 100, qos: 0 })
    const treetop = new Treetop(temporaryFolder())
    writeProfile(treetop.dataDirectory, firehose.port)
    await treetop.start()
    await firehose.subscribed()
    const page = await newPage(branchesOf(TOPICS))
    // The first messages create the rows to scroll.
    const first = firehose.send({ messages: RATE, rate: RATE })
    await openTree(page, treetop.url)
    await first
    const sending = firehose.send({ messages, rate: RATE })
    await scrolled(page, messages / RATE)
    const { sent, milliseconds } = await sending
    const stats = await treetop.statsWhen(({ received }) => received >= sent).catch(() => treetop.stats())
    const counted = await treetop.api.call('messages.count', {
      history: HISTORY,
      scope: { topic: null, subtree: true }
    })
    const none = { least: 0, most: 0 }
    return [
      { what: `counted less ${sent} sent`, value: stats.received - sent, unit: 'messages', target: none },
      { what: 'stored less sent', value: counted.messages - sent, unit: 'messages', target: none },
      { what: 'not recorded', value: stats.unrecorded, unit: 'messages', target: none },
      { what: 'rate that was taken', value: (messages / milliseconds) * 1_000, unit: 'msg/s', target: null }
    ]
  }
}
