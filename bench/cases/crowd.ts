import { LOCAL_PROFILE_ID } from '../../src/shared/contract/profiles'
import { freePort } from '../../e2e/fixtures/port'
import { scaled, type Case, type Figure, type Options } from '../case'
import type { Crowd, CrowdNews } from '../crowd-protocol'
import { percentile } from '../figures'
import { residentBytes } from '../proc'
import { Program } from '../program'
import { seconds, temporaryFolder } from '../scratch'
import { Treetop } from '../treetop'

/** Waits until garbage collection has finished. */
const SETTLE_SECONDS = 10
const PAYLOAD = 100
const REACHED = 200

/** What clients, subscriptions and retained messages cost the local broker in memory, and how fast it finds one among a million. */
export const crowd: Case = {
  name: 'crowd',
  states:
    "10,000 idle clients; 1,000 clients with 1,000 subscriptions each; 1,000,000 retained messages; MQTT 3.1.1; Treetop's own connection is disconnected",
  async run(options) {
    const clients = scaled(10_000, options)
    const each = scaled(1_000, options)
    return [
      ...(await measured(
        { clients, subscriptions: 0, retained: 0 },
        options,
        'idle client',
        clients,
        10_000
      )),
      ...(await measured(
        { clients: 1_000, subscriptions: each, retained: 0 },
        options,
        'subscription',
        1_000 * each,
        250
      )),
      ...(await measured(
        { clients: 10, subscriptions: 0, retained: 100 * each },
        options,
        'retained message, beyond its payload',
        1_000 * each,
        400
      ))
    ]
  }
}

async function measured(
  load: Pick<Crowd, 'clients' | 'subscriptions' | 'retained'>,
  options: Options,
  what: string,
  count: number,
  most: number
): Promise<Figure[]> {
  const treetop = new Treetop(temporaryFolder())
  const port = await freePort()
  await treetop.start(`--broker=${port}`)
  await treetop.api.call('connections.disconnect', { id: LOCAL_PROFILE_ID })
  await seconds(SETTLE_SECONDS)
  const before = residentBytes(treetop.pid)
  const program = new Program<CrowdNews>('crowd', { ...load, port, payload: PAYLOAD } satisfies Crowd)
  await program.hear('there')
  await seconds(SETTLE_SECONDS)
  const after = residentBytes(treetop.pid)
  const payload = load.retained > 0 ? PAYLOAD : 0
  const figures: Figure[] = [
    {
      what: `resident memory, per ${what}`,
      value: (after - before) / count - payload,
      unit: 'bytes',
      details: { before, after },
      target: { most }
    }
  ]
  if (load.subscriptions > 0) {
    program.tell({ kind: 'reach', times: Math.min(REACHED, load.subscriptions) })
    const { milliseconds } = await program.hear('reached')
    figures.push({
      what: `first message of a topic among ${count} subscriptions, p95`,
      value: percentile(milliseconds, 0.95),
      unit: 'ms',
      target: { most: 1 }
    })
  }
  await program.stop()
  await treetop.stop()
  return figures
}
