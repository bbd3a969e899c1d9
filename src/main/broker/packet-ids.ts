import type { Aedes, Client } from 'aedes'

/** A session's stored packet. aedes's in-memory persistence identifies it by broker and counter, or by packet id. */
interface Stored {
  cmd: string
  messageId: number
  dup: boolean
  brokerId?: string
  brokerCounter?: number
}

interface Persistence {
  outgoingUpdate(client: Client, packet: Stored): Promise<void>
  outgoingClearMessageId(client: Client, packet: Partial<Stored>): Promise<unknown>
}

const LARGEST_ID = 65_535

/**
 * Keeps the packet ids of a kept session unique, which aedes does not: each connection starts counting at a random id, while
 * unacknowledged messages of the session keep their ids [MQTT-4.4.0-1]. After a reconnect two messages may share an id, and an
 * acknowledgement removes the wrong one.
 */
export class PacketIds {
  /** Ids sent and not yet acknowledged, by client id. */
  private readonly used = new Map<string, Set<number>>()

  /** Tracks the ids that a broker's sessions use. */
  watch(aedes: Aedes): void {
    const { persistence } = aedes as unknown as { persistence: Persistence }
    const update = persistence.outgoingUpdate.bind(persistence)
    const clear = persistence.outgoingClearMessageId.bind(persistence)
    persistence.outgoingUpdate = (client, packet) => {
      // A PUBREL has neither broker nor counter, so aedes mistakes a session's second one for its first and overwrites the packet id:
      // one message is lost, another is delivered twice. A separate counter tells them apart.
      if (packet.cmd === 'pubrel')
        Object.assign(packet, { brokerId: 'pubrel', brokerCounter: packet.messageId })
      const used = this.idsOf(client.id)
      // Sent before and not acknowledged [MQTT-3.3.1-1].
      if (packet.cmd === 'publish' && used.has(packet.messageId)) packet.dup = true
      used.add(packet.messageId)
      return update(client, packet)
    }
    persistence.outgoingClearMessageId = (client, packet: Partial<Stored>) => {
      // A message that was not forwarded has no id. aedes would mistake it for the first message still without an id, and drop that one.
      if (packet.messageId === undefined) return Promise.resolve()
      this.used.get(client.id)?.delete(packet.messageId)
      return clear(client, packet)
    }
  }

  /** Makes a client with a kept session assign only ids that its session does not use. */
  assign(client: Client): void {
    let next = 1 + Math.floor(Math.random() * LARGEST_ID)
    Object.defineProperty(client, '_nextId', {
      get: () => {
        const used = this.used.get(client.id)
        if (used) while (used.has(next) && used.size < LARGEST_ID) next = (next % LARGEST_ID) + 1
        return next
      },
      set: (id: number) => {
        next = id
      }
    })
  }

  private idsOf(clientId: string): Set<number> {
    const known = this.used.get(clientId) ?? new Set()
    this.used.set(clientId, known)
    return known
  }
}
