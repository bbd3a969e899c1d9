import { nobody } from '../recorder/nobody'
import type { Arrival } from '../recorder/message'
import type { Recipient } from '../recorder/recorder'

/** Hands over each message of a client once. */
export function arrivals(take: (arrival: Arrival) => void): Recipient {
  /** QoS 2 messages that were handed over, and whose PUBREL has not come (MQTT 5.0, 4.3.3). */
  const pending = new Set<number>()
  return {
    ...nobody,
    atMostOnce: take,
    atLeastOnce: take,
    exactlyOnce(arrival, packetId) {
      if (pending.has(packetId)) return
      pending.add(packetId)
      take(arrival)
    },
    released: (packetId) => void pending.delete(packetId),
    sessionLost: () => pending.clear()
  }
}

/** µs since 1970 UTC. */
export function nowMicroseconds(): number {
  return Math.round((performance.timeOrigin + performance.now()) * 1_000)
}
