import { bridgeClientId, brokerOfBridge, IDENTITY_TOPIC } from '../../shared/bridge-id'
import { REASON_CODE } from '../../shared/mqtt-codes'
import { compileFilter } from '../../shared/topic'
import { Message } from './codec/message'
import { Refusal } from './codec/refusal'
import type { Broker } from './core/broker'
import type { Asker } from './core/hooks'

/** A bridge of this broker that is on. */
export interface BridgePeer {
  id: string
  /** Stands for the other broker's address. */
  addressId: string
  /** The other broker's id, if it is a Treetop's and has been reached. */
  remoteId: string | null
  /** Filters of what the bridge sends to the other broker at present; none while it is not online. */
  out: string[]
}

interface Known extends BridgePeer {
  sends: (topic: string) => boolean
}

/**
 * Keeps messages from going round among brokers, or twice to the same one, when several bridges join them. A bridge's client id says whose it
 * is, and all bridges subscribe with No Local, so it is enough to say which messages of others count as a bridge's own:
 * - those that came from the broker that it leads to, through whichever bridge;
 * - those that this broker sends to the bridge's broker through a bridge of its own.
 */
export class BridgePeers {
  private readonly known = new Map<string, Known>()

  constructor(
    private readonly broker: Broker,
    private readonly id: string
  ) {
    broker.hooks.add({
      connect: (asker) => this.check(asker),
      connected: ({ clientId }) => this.introduce(clientId)
    })
    broker.hooks.add({ own: (clientId, message) => this.owns(clientId, message) })
  }

  set(bridges: BridgePeer[]): void {
    this.known.clear()
    for (const bridge of bridges) {
      const filters = bridge.out.map(compileFilter)
      const sends = (topic: string): boolean => filters.some((matches) => matches(topic))
      this.known.set(bridgeClientId(this.id, bridge.id), { ...bridge, sends })
    }
  }

  /** Only this broker's own bridges, which do not come over the network, may take their sessions. */
  private check({ clientId, address }: Asker): Refusal | null {
    if (address === '' || brokerOfBridge(clientId) !== this.id) return null
    return new Refusal(
      'This client identifier belongs to a bridge of this broker: does the bridge lead to its own broker?',
      REASON_CODE.CLIENT_IDENTIFIER_NOT_VALID
    )
  }

  /** A bridge of another Treetop learns whose broker this is, in all versions of MQTT. */
  private introduce(clientId: string): void {
    const owner = brokerOfBridge(clientId)
    if (owner === null || owner === this.id) return
    const message = Message.of(IDENTITY_TOPIC, Buffer.from(this.id))
    this.broker.sessions.find(clientId)?.deliver(message, { qos: 0, retain: false, identifiers: null })
  }

  private owns(clientId: string, { publisher, topic }: Message): boolean {
    const to = brokerOfBridge(clientId)
    if (to === null) return false
    const from = brokerOfBridge(publisher)
    const via = this.known.get(publisher)
    if (to !== this.id) {
      if (via?.remoteId === to) return true
      for (const { remoteId, sends } of this.known.values()) if (remoteId === to && sends(topic)) return true
      return false
    }
    const target = this.known.get(clientId)
    if (!target || from === null) return false
    return from === target.remoteId || via?.addressId === target.addressId
  }
}
