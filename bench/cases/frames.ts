import { newPage, openTree, scrolled, type Frames } from '../browser'
import { scaled, type Case, type Figure, type Options } from '../case'
import { percentile } from '../figures'
import { startFirehose } from '../firehose'
import { writeProfile } from '../profiles'
import { seconds, temporaryFolder } from '../scratch'
import { branchesOf } from '../topics'
import { Treetop } from '../treetop'

const RATE = 20_000
const SECONDS = 30
const QUIET_SECONDS = 10

/** How smoothly the tree scrolls while messages arrive, compared with the same scrolling without messages. */
export const frames: Case = {
  name: 'frames',
  states:
    '10,000 and 100,000 topics of 30 bytes, payload 100 bytes, QoS 0, 20,000 msg/s for 30 s; all branches open and scrolled in Chromium',
  async run(options) {
    const few = await scrolledWith(10_000, options)
    const many = await scrolledWith(100_000, options)
    const figures = (topics: string, { quiet, flooded }: Found, least: number): Figure[] => [
      {
        what: `frames, ${topics} topics`,
        value: flooded.perSecond,
        unit: '/s',
        baseline: { what: 'no messages', value: quiet.perSecond, unit: '/s' },
        target: { least }
      },
      {
        what: `p99 frame, ${topics} topics`,
        value: percentile(flooded.milliseconds, 0.99),
        unit: 'ms',
        baseline: { what: 'no messages', value: percentile(quiet.milliseconds, 0.99), unit: 'ms' },
        details: { longest: Math.max(...flooded.milliseconds) },
        target: topics === '10,000' ? { most: 34 } : null
      }
    ]
    return [...figures('10,000', few, 55), ...figures('100,000', many, 50)]
  }
}

interface Found {
  quiet: Frames
  flooded: Frames
}

async function scrolledWith(count: number, options: Options): Promise<Found> {
  const topics = { count, length: 30, siblings: 100 }
  const firehose = await startFirehose({ topics, payload: 100, qos: 0 })
  const treetop = new Treetop(temporaryFolder())
  writeProfile(treetop.dataDirectory, firehose.port)
  await treetop.start()
  await firehose.subscribed()
  await firehose.send({ messages: count, rate: RATE })
  const page = await newPage(branchesOf(topics))
  await openTree(page, treetop.url)
  await seconds(3)
  const quiet = await scrolled(page, scaled(QUIET_SECONDS, options))
  const flood = scaled(SECONDS, options)
  // Sending starts before the recording of frames, and ends after it.
  const sending = firehose.send({ messages: RATE * (flood + 3), rate: RATE })
  await seconds(1)
  const flooded = await scrolled(page, flood)
  await sending
  await page.close()
  await treetop.stop()
  await firehose.stop()
  return { quiet, flooded }
}
