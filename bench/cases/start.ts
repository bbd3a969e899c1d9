import { newPage, openTree } from '../browser'
import { scaled, type Case, type Figure, type Options } from '../case'
import { startFirehose } from '../firehose'
import { median } from '../figures'
import { dataDirectoryWith } from '../history'
import { writeProfile } from '../profiles'
import type { Topics } from '../topics'
import { Treetop } from '../treetop'
import { FEW, MANY } from './big'

/** How quickly a user who starts Treetop sees their topics. */
export const start: Case = {
  name: 'start',
  states:
    'a profile of 1,000,000 topics of 30 bytes, one message each; from the command to the first rows, in a channel and in a Chromium that runs already',
  async run(options) {
    const found = {
      channel: [] as number[],
      page: [] as number[],
      few: [] as number[],
      fewPage: [] as number[]
    }
    for (let round = 0; round < options.rounds; round++) {
      found.few.push(await started(FEW, options, rowsInChannel))
      found.channel.push(await started(MANY, options, rowsInChannel))
      found.fewPage.push(await started(FEW, options, rowsInPage))
      found.page.push(await started(MANY, options, rowsInPage))
    }
    const figure = (what: string, many: number[], few: number[]): Figure => ({
      what: `first rows in ${what}`,
      value: median(many),
      unit: 's',
      baseline: { what: '1,000 topics', value: median(few), unit: 's' },
      details: { seconds: many },
      target: { most: 2 }
    })
    return [figure('a channel', found.channel, found.few), figure('Chromium', found.page, found.fewPage)]
  }
}

/** Prepares an observer of the rows. Resolves to the function that waits for them. */
type Watch = () => Promise<(treetop: Treetop) => Promise<void>>

/** Seconds. */
async function started(layout: Topics, options: Options, watch: Watch): Promise<number> {
  const topics = { ...layout, count: layout === FEW ? FEW.count : scaled(layout.count, options) }
  const directory = dataDirectoryWith(topics, topics.count)
  const firehose = await startFirehose({ topics: { ...topics, count: 1 }, payload: 100, qos: 0 })
  writeProfile(directory, firehose.port)
  const rows = await watch()
  const treetop = new Treetop(directory)
  const began = performance.now()
  await treetop.launch()
  await rows(treetop)
  const took = (performance.now() - began) / 1_000
  await treetop.stop()
  await firehose.stop()
  return took
}

const rowsInChannel: Watch = () =>
  Promise.resolve(async (treetop) => {
    await treetop.join()
    const shown = new Promise<void>((done) =>
      treetop.api.on('topics.frame', ({ rows }) => {
        if (rows !== null && rows.length > 0) done()
      })
    )
    await treetop.watch([])
    await shown
  })

const rowsInPage: Watch = async () => {
  const page = await newPage()
  return async ({ url }) => {
    await openTree(page, url)
    await page.close()
  }
}
