import { newPage } from '../browser'
import { scaled, type Case, type Options } from '../case'
import { percentile } from '../figures'
import { startFirehose } from '../firehose'
import { dataDirectoryWith } from '../history'
import { HISTORY, writeProfile } from '../profiles'
import { topicAt, type Topics } from '../topics'
import { Treetop } from '../treetop'

const TOPICS: Topics = { count: 1, length: 30, siblings: 100 }
const MESSAGES = 1_000_000
const DRAWINGS = 10
/** A drawing counts as finished once nothing was drawn for this many ms. */
const QUIET = 60

/** How quickly a chart with very many points is drawn. */
export const chart: Case = {
  name: 'chart',
  states:
    'one topic with 1,000,000 JSON messages of 100 bytes, the number in them charted over all of the history, in Chromium; from the choice of the time to the last stroke, when its values are in memory; then how long it takes to read them from the file',
  async run(options) {
    const { reading, drawings, messages } = await charted(options)
    return [
      {
        what: 'drawn',
        value: percentile(drawings, 0.5),
        unit: 'ms',
        details: { longest: Math.max(...drawings), drawings: drawings.length },
        target: { most: 300 }
      },
      { what: 'read', value: messages / reading, unit: '/s', details: { seconds: reading }, target: null }
    ]
  }
}

async function charted(options: Options): Promise<{ reading: number; drawings: number[]; messages: number }> {
  const messages = scaled(MESSAGES, options)
  const directory = dataDirectoryWith(TOPICS, messages)
  const firehose = await startFirehose({ topics: { ...TOPICS, count: 1 }, payload: 100, qos: 0 })
  writeProfile(directory, firehose.port)
  const treetop = new Treetop(directory)
  await treetop.start()
  const topic = topicAt(TOPICS, 0)
  const sources = [{ topic, path: '/value' }]
  const started = performance.now()
  for (;;) {
    const { series } = await treetop.api.call('series.read', {
      history: HISTORY,
      sources,
      time: { to: null, length: null },
      buckets: 800
    })
    if (series[0]!.share < 1) continue
    if (series[0]!.points !== messages)
      throw new Error(`${series[0]!.points} of ${messages} values were read`)
    break
  }
  const reading = (performance.now() - started) / 1_000

  const page = await newPage([])
  await page.goto(treetop.url)
  await page.locator('[data-ready="true"]').waitFor()
  await page.keyboard.press('Control+K')
  await page.keyboard.type(topic)
  await page.getByRole('option', { name: topic }).first().click()
  await page.getByRole('tab', { name: 'Chart' }).click()
  await page.getByRole('application').waitFor()
  await page.evaluate(() => {
    const told = window as unknown as { stroked: number }
    told.stroked = 0
    const stroke = Object.getOwnPropertyDescriptor(CanvasRenderingContext2D.prototype, 'stroke')!
      .value as () => void
    CanvasRenderingContext2D.prototype.stroke = function (...path: unknown[]) {
      Reflect.apply(stroke, this, path)
      told.stroked = performance.now()
    }
  })
  const drawings: number[] = []
  const length = page.getByRole('combobox', { name: 'Time range' })
  for (let drawing = 0; drawing < DRAWINGS; drawing++) {
    await length.selectOption({ label: '1 min' })
    await page.waitForTimeout(700)
    drawings.push(
      await length.evaluate(async (select: HTMLSelectElement, quiet) => {
        const told = window as unknown as { stroked: number }
        const all = [...select.options].find(({ text }) => text === 'All')!
        const begun = performance.now()
        select.value = all.value
        select.dispatchEvent(new Event('change', { bubbles: true }))
        for (;;) {
          await new Promise((resolve) => setTimeout(resolve, 4))
          if (told.stroked > begun && performance.now() - told.stroked > quiet) return told.stroked - begun
        }
      }, QUIET)
    )
  }
  await page.close()
  await treetop.stop()
  await firehose.stop()
  return { reading, drawings, messages }
}
