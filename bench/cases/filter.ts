import type { Page } from '@playwright/test'
import { newPage, openTree, typed } from '../browser'
import { scaled, type Case, type Options } from '../case'
import { startFirehose } from '../firehose'
import { percentile } from '../figures'
import { dataDirectoryWith } from '../history'
import { writeProfile } from '../profiles'
import { topicAt, type Topics } from '../topics'
import { Treetop } from '../treetop'
import { FEW, MANY } from './big'

/** Number of sensor numbers to type, digit by digit. */
const WORDS = 12

/** How quickly the rows match the typed filter. */
export const filter: Case = {
  name: 'filter',
  states:
    '1,000,000 topics of 30 bytes, quiet; the numbers of 12 sensors are typed digit by digit in Chromium, each key from its press to the frame that shows its rows',
  async run(options) {
    const many = await keys(MANY, options)
    const few = await keys(FEW, options)
    return [
      {
        what: 'key to rows, p95',
        value: percentile(many, 0.95),
        unit: 'ms',
        baseline: { what: '1,000 topics', value: percentile(few, 0.95), unit: 'ms' },
        details: { median: percentile(many, 0.5), longest: Math.max(...many), keys: many.length },
        target: { most: 100 }
      }
    ]
  }
}

/** Time per key, in ms. */
async function keys(layout: Topics, options: Options): Promise<number[]> {
  const topics = { ...layout, count: layout === FEW ? FEW.count : scaled(layout.count, options) }
  const directory = dataDirectoryWith(topics, topics.count)
  const firehose = await startFirehose({ topics: { ...topics, count: 1 }, payload: 100, qos: 0 })
  writeProfile(directory, firehose.port)
  const treetop = new Treetop(directory)
  await treetop.start()
  await treetop.statsWhen(({ loading, topics: known }) => loading === null && known === topics.count)
  const page = await newPage()
  await openTree(page, treetop.url)
  const names = Array.from({ length: topics.count }, (_, index) => topicAt(topics, index))
  const found: number[] = []
  for (let word = 0; word < scaled(WORDS, options); word++) {
    // Spread out, with as many digits as the largest number.
    const number = Math.floor(topics.count * (0.11 + (0.88 * word) / WORDS))
    found.push(...(await wordTyped(page, names, String(number))))
  }
  await page.close()
  await treetop.stop()
  await firehose.stop()
  return found
}

async function wordTyped(page: Page, names: string[], word: string): Promise<number[]> {
  const found: number[] = []
  let left = names
  for (let length = 1; length <= word.length; length++) {
    const before = left.length
    left = left.filter((name) => name.includes(word.slice(0, length)))
    // A key that does not change the count leaves nothing to wait for.
    const took = await typed(page, word[length - 1]!, left.length.toLocaleString('en-US'))
    if (left.length !== before) found.push(took)
  }
  await page.keyboard.press('Escape')
  await page.waitForTimeout(500)
  return found
}
