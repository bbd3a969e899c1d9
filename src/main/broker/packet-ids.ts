import type { Aedes, Client } from 'aedes'

/** A session's stored packet, as aedes's persistence in memory tells it from others: by broker and counter, or by packet id. */
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
 * Keeps the packet ids of kept sessions apart, which aedes does not: a connection begins to count anywhere, and what its session
 * has not had acknowledged keeps its ids [MQTT-4.4.0-1], so that after a reconnect two messages may have one, and an
 * acknowledgement takes away the wrong one.
 */
export class PacketIds {
  /** Ids in use, by client id: sent, and not acknowledged. */
  private readonly used = new Map<string, Set<number>>()

  /** Follows which ids a broker's sessions use. */
  watch(aedes: Aedes): void {
    const { persistence } = aedes as unknown as { persistence: Persistence }
    const update = persistence.outgoingUpdate.bind(persistence)
    const clear = persistence.outgoingClearMessageId.bind(persistence)
    persistence.outgoingUpdate = (client, packet) => {
      // A PUBREL has neither broker nor counter, so that aedes takes the second of a session for the first and overwrites its packet id:
      // a message is lost, another comes twice. With a counter of its own each is another.
      if (packet.cmd === 'pubrel')
        Object.assign(packet, { brokerId: 'pubrel', brokerCounter: packet.messageId })
      const used = this.idsOf(client.id)
      // Sent before, and not acknowledged [MQTT-3.3.1-1].
      if (packet.cmd === 'publish' && used.has(packet.messageId)) packet.dup = true
      used.add(packet.messageId)
      return update(client, packet)
    }
    persistence.outgoingClearMessageId = (client, packet: Partial<Stored>) => {
      // A message that is not forwarded was given no id: aedes would take it for the first one that waits for its own, and drop that.
      if (packet.messageId === undefined) return Promise.resolve()
      this.used.get(client.id)?.delete(packet.messageId)
      return clear(client, packet)
    }
  }

  /** Makes a client with a kept session give out ids that the session does not use. */
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
