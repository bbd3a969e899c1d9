import type { Server } from 'node:net'
import { AppError } from '../../shared/errors'
import type { Channel } from '../../shared/rpc/channel'
import { createPeer } from '../../shared/rpc/peer'
import { Broker } from './broker'
import { listen } from './listener'
import type { BrokerCalls, BrokerNews } from './broker-functions'

const TRAFFIC_EVERY = 1_000
/** Mosquitto's interval, in ms. */
const SYS_EVERY = 10_000

/** Serves a broker over a channel, whose other side starts and stops it; only one runs at a time. The worker is a thin wrapper. */
export function serveBroker(channel: Channel, version: string): void {
  let running: { broker: Broker; server: Server; timers: NodeJS.Timeout[]; since: number } | null = null

  const current = (): Broker => {
    if (!running) throw new AppError('BROKER_NOT_RUNNING', {})
    return running.broker
  }

  const announce = (): void => {
    if (!running) return
    const { broker, since } = running
    const { received, sent, clients } = broker.traffic()
    broker.announce('$SYS/broker/uptime', `${Math.round((Date.now() - since) / 1_000)} seconds`)
    broker.announce('$SYS/broker/clients/connected', String(clients))
    broker.announce('$SYS/broker/messages/received', String(received))
    broker.announce('$SYS/broker/messages/sent', String(sent))
  }

  const calls: BrokerCalls = {
    async start(place) {
      if (running) return
      const broker = await Broker.create()
      try {
        const server = await listen(broker, place)
        running = {
          broker,
          server,
          since: Date.now(),
          timers: [
            setInterval(() => peer.notify('traffic', broker.traffic()), TRAFFIC_EVERY),
            setInterval(announce, SYS_EVERY)
          ]
        }
      } catch (error) {
        await broker.close()
        throw error
      }
      broker.announce('$SYS/broker/version', `Treetop ${version}`)
      announce()
    },
    async stop() {
      if (!running) return
      const { broker, server, timers } = running
      running = null
      for (const timer of timers) clearInterval(timer)
      server.close()
      await broker.close()
    },
    clients: () => current().clients(),
    kick: (clientId) => current().kick(clientId)
  }
  const peer = createPeer<BrokerNews>(channel, calls)
}
