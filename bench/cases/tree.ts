import { scaled, type Case, type Options } from '../case'
import { median } from '../figures'
import { startFirehose } from '../firehose'
import { writeProfile } from '../profiles'
import { seconds, temporaryFolder } from '../scratch'
import { branchesOf, type Topics } from '../topics'
import { Treetop } from '../treetop'

const MESSAGES = 1_000_000
const SHAPES = {
  few: { count: 1_000, length: 30, siblings: 100 },
  many: { count: 1_000_000, length: 30, siblings: 100 },
  wide: { count: 100_000, length: 30, siblings: 100_000 }
}

/** The cost of one message, through to disk and tree, with many topics, relative to the cost with few. */
export const tree: Case = {
  name: 'tree',
  states:
    '1,000 and 1,000,000 topics with 100 siblings each, and 100,000 siblings, all known before; payload 100 bytes, QoS 0, 1,000,000 messages round and round as fast as they are taken; one view open',
  async run(options) {
    const found: Record<keyof typeof SHAPES, number[]> = { few: [], many: [], wide: [] }
    for (let round = 0; round < options.rounds; round++) {
      for (const shape of ['few', 'many', 'wide'] as const)
        found[shape].push(await microsecondsAMessage(SHAPES[shape], options))
    }
    const few = median(found.few)
    const over = (what: string, cost: number[]) => ({
      what: `a message, ${what}`,
      value: median(cost) / few,
      unit: '×',
      baseline: { what: '1,000 topics', value: few, unit: 'µs' },
      details: { microseconds: cost, few: found.few },
      target: { most: 2.5 }
    })
    return [over('1,000,000 topics', found.many), over('100,000 siblings', found.wide)]
  }
}

async function microsecondsAMessage(shape: Topics, options: Options): Promise<number> {
  const topics = { ...shape, count: options.quick ? Math.min(shape.count, 100_000) : shape.count }
  const firehose = await startFirehose({ topics, payload: 100, qos: 0 })
  const treetop = new Treetop(temporaryFolder())
  writeProfile(treetop.dataDirectory, firehose.port)
  await treetop.start()
  await firehose.subscribed()
  await firehose.send({ messages: topics.count, rate: null })
  await treetop.watch(branchesOf({ ...topics, count: 1 }))
  await seconds(2)
  const messages = scaled(MESSAGES, options)
  const { milliseconds } = await firehose.send({ messages, rate: null })
  await treetop.stop()
  await firehose.stop()
  return (milliseconds / messages) * 1_000
}
