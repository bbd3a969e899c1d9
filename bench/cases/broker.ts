import { LOCAL_PROFILE_ID } from '../../src/shared/contract/profiles'
import { freePort } from '../../e2e/fixtures/port'
import { scaled, type Case, type Figure, type Options } from '../case'
import { median } from '../figures'
import type { Load, LoadNews } from '../load-protocol'
import { Program } from '../program'
import { seconds, temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'

const PUBLISHERS = 5
const MESSAGES = { 0: 500_000, 1: 200_000 }

/** Message throughput of the local broker, relative to aedes alone in its own process. */
export const broker: Case = {
  name: 'broker',
  states:
    "5 publishers, 1 subscriber to #, 1,000 topics of 30 bytes, payload 100 bytes, as fast as they pass; 500,000 messages at QoS 0, 200,000 at QoS 1; Treetop's own connection is disconnected",
  async run(options) {
    const figures: Figure[] = []
    for (const qos of [0, 1] as const) {
      const alone: number[] = []
      const treetop: number[] = []
      for (let round = 0; round < options.rounds; round++) {
        alone.push(await throughAedes(qos, options))
        treetop.push(await throughTreetop(qos, options))
      }
      figures.push({
        what: `QoS ${qos}, over aedes`,
        value: median(treetop) / median(alone),
        unit: '×',
        baseline: { what: 'aedes alone', value: median(alone), unit: 'msg/s' },
        details: { treetop, alone },
        target: { least: 0.9 }
      })
    }
    return figures
  }
}

async function throughAedes(qos: 0 | 1, options: Options): Promise<number> {
  const aedes = new Program<{ kind: 'listening'; port: number }>('aedes')
  const { port } = await aedes.hear('listening')
  const rate = await through(port, qos, options)
  await aedes.stop()
  return rate
}

async function throughTreetop(qos: 0 | 1, options: Options): Promise<number> {
  const treetop = new Treetop(temporaryFolder())
  const port = await freePort()
  await treetop.start(`--broker=${port}`)
  // Otherwise every message would also be delivered to Treetop, and recorded.
  await treetop.api.call('connections.disconnect', { id: LOCAL_PROFILE_ID })
  await seconds(0.5)
  const rate = await through(port, qos, options)
  await treetop.stop()
  return rate
}

/** Messages per second. */
async function through(port: number, qos: 0 | 1, options: Options): Promise<number> {
  const messages = scaled(MESSAGES[qos], options)
  const load: Load = { port, publishers: PUBLISHERS, subscribers: 1, messages, payload: 100, qos }
  const program = new Program<LoadNews>('load', load)
  const { milliseconds } = await program.hear('through')
  await program.stop()
  return (messages / milliseconds) * 1_000
}
