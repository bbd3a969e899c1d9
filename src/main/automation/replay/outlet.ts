import { once } from 'node:events'
import { AppError } from '../../../shared/errors'
import type { ReconnectingClient } from '../../mqtt/reconnecting-client'
import type { ReplayOutlet } from './player'

/** Publishes as any other publish of a connection: recorded, within the broker's limits, and with its refusals. A slow broker may take its time. */
export function outletOf(client: ReconnectingClient): ReplayOutlet {
  return {
    get isOnline() {
      return client.current !== null
    },
    get receiveMaximum() {
      return client.current?.receiveMaximum ?? 1
    },
    publish: async ({ topic, payload, qos, retain, properties }) =>
      client.connected.publish(topic, payload, qos, retain, properties, true),
    async online(signal) {
      while (client.status.state !== 'online') {
        const { state, name } = client.status
        if (state === 'offline' || state === 'failed') throw new AppError('NOT_CONNECTED', { name })
        await once(client, 'status', { signal })
      }
    }
  }
}
