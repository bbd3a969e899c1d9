import { once } from 'node:events'
import { AppError } from '../../../shared/errors'
import type { Qos } from '../../../shared/message'
import type { Client } from '../../mqtt/client'
import { republished, type OutgoingProperties } from '../../mqtt/outgoing-properties'
import type { ReconnectingClient } from '../../mqtt/reconnecting-client'
import type { ReplayOutlet } from './player'

/** What a connection publishes by itself goes through it. */
interface Outlet extends ReplayOutlet {
  /** Resolves when the message was sent (QoS 0) or acknowledged. Throws the errors of `messages.publish`. */
  send(
    topic: string,
    payload: Buffer,
    qos: Qos,
    retain: boolean,
    properties: OutgoingProperties | null
  ): Promise<void>
}

/** Publishes as any other publish of a connection: recorded, within the broker's limits, and with its refusals. A slow broker may take its time. */
export function outletOf(reconnecting: ReconnectingClient): Outlet {
  const unanswered = new Unanswered(reconnecting)
  const send: Outlet['send'] = async (topic, payload, qos, retain, properties) => {
    const client = reconnecting.connected
    await unanswered.of(client, client.publish(topic, payload, qos, retain, properties, true))
  }
  return {
    send,
    get isOnline() {
      return reconnecting.current !== null
    },
    get receiveMaximum() {
      return reconnecting.current?.receiveMaximum ?? 1
    },
    publish: ({ topic, payload, qos, retain, properties }) =>
      send(topic, payload, qos, retain, properties && republished(properties)),
    async online(signal) {
      while (reconnecting.status.state !== 'online') {
        const { state, name } = reconnecting.status
        if (state === 'offline' || state === 'failed') throw new AppError('NOT_CONNECTED', { name })
        await once(reconnecting, 'status', { signal })
      }
    }
  }
}

/**
 * What a client has published that is not acknowledged. A new connection of the same client publishes it again; but when the user connects
 * anew, another client takes its place, and nobody will ever answer.
 */
class Unanswered {
  private readonly all = new Set<{ client: Client; giveUp: () => void }>()

  constructor(private readonly reconnecting: ReconnectingClient) {}

  /** Settles as the work does. Throws NOT_CONNECTED when the client is replaced. */
  async of(client: Client, work: Promise<unknown>): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>()
    const { name } = this.reconnecting.status
    const entry = { client, giveUp: () => reject(new AppError('NOT_CONNECTED', { name })) }
    if (this.all.size === 0) this.reconnecting.on('status', this.changed)
    this.all.add(entry)
    try {
      await Promise.race([work, promise])
    } finally {
      this.all.delete(entry)
      if (this.all.size === 0) this.reconnecting.off('status', this.changed)
    }
  }

  private readonly changed = (): void => {
    const { current } = this.reconnecting
    if (current) for (const { client, giveUp } of this.all) if (client !== current) giveUp()
  }
}
