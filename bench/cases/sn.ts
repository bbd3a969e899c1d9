import { LOCAL_PROFILE_ID } from '../../src/shared/contract/profiles'
import { freePort } from '../../e2e/fixtures/port'
import { scaled, type Case } from '../case'
import { percentile } from '../figures'
import { residentBytes } from '../proc'
import { Program } from '../program'
import { temporaryFolder } from '../scratch'
import type { SnLoad, SnNews } from '../sn-protocol'
import { Treetop } from '../treetop'

/** How many MQTT-SN clients the gateway serves at once, and how fast it acknowledges what they publish. */
export const sn: Case = {
  name: 'sn',
  states:
    "1,000 MQTT-SN clients over UDP, 10,000 publishes at QoS 1 of 50 bytes, each client's next one once the last is acknowledged; Treetop's own connection is disconnected",
  async run(options) {
    const clients = scaled(1_000, options)
    const messages = scaled(10_000, options)
    const treetop = new Treetop(temporaryFolder())
    const port = await freePort()
    await treetop.start()
    const listener = { kind: 'sn', host: '127.0.0.1', port } as const
    await treetop.api.call('settings.set', { brokerListeners: [listener] })
    await treetop.api.call('broker.start', { port: await freePort() })
    await treetop.api.call('connections.disconnect', { id: LOCAL_PROFILE_ID })
    const before = residentBytes(treetop.pid)
    const program = new Program<SnNews>('sn', { port, clients, messages } satisfies SnLoad)
    const joined = await program.hear('there')
    const published = await program.hear('published')
    const after = residentBytes(treetop.pid)
    await program.stop()
    await treetop.stop()
    return [
      { what: 'clients connected and registered', value: clients / joined.seconds, unit: '/s', target: null },
      {
        what: 'publishes acknowledged',
        value: messages / published.seconds,
        unit: 'msg/s',
        details: { again: published.again },
        target: { least: 2_000 }
      },
      {
        what: 'time to PUBACK, p95',
        value: percentile(published.milliseconds, 0.95),
        unit: 'ms',
        target: null
      },
      {
        what: 'resident memory, per client',
        value: (after - before) / clients,
        unit: 'bytes',
        target: { most: 40_000 }
      }
    ]
  }
}
