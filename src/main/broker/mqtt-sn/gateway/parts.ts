import type { Broker } from '../../core/broker'
import type { Clock } from '../../core/clock'
import type { ListenerPlace } from '../../core/hooks'
import type { SnPacket } from '../codec/packet'
import type { SnCounts } from './counts'

/** What a gateway's clients share. */
export interface SnParts {
  broker: Broker
  clock: Clock
  counts: SnCounts
  /** The listener that the clients came to. */
  listener: ListenerPlace
}

export interface SnClientEvents {
  send(packet: SnPacket): void
  /** The client is gone, and its address is free. */
  gone(): void
}
