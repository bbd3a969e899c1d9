import type { Broker } from '../core/broker'
import type { Client } from '../core/client'

/** ms between which two counts must be apart to tell how fast they grow now. */
const LEAST = 900
const MOST = 10_000

/** A client's messages: from it, to it, and acknowledged by it. */
export interface ClientCounts {
  received: number
  sent: number
  acknowledged: number
}

/** How fast the counts of all clients grow. They are counted only when somebody asks, at most once a second. */
export class ClientRates {
  private counts = new Map<Client, ClientCounts>()
  private rates = new Map<Client, ClientCounts>()
  private countedAt = -Infinity

  constructor(private readonly broker: Broker) {}

  /** Counts if it is time to. */
  update(now: number): void {
    const elapsed = now - this.countedAt
    if (elapsed >= 0 && elapsed < LEAST) return
    const before = this.counts
    const isRecent = elapsed >= LEAST && elapsed <= MOST
    this.counts = new Map()
    this.rates = new Map()
    for (const client of this.broker.clients()) {
      const counts = countsOf(client)
      this.counts.set(client, counts)
      const earlier = before.get(client)
      if (isRecent && earlier)
        this.rates.set(client, {
          received: ((counts.received - earlier.received) * 1_000) / elapsed,
          sent: ((counts.sent - earlier.sent) * 1_000) / elapsed,
          acknowledged: ((counts.acknowledged - earlier.acknowledged) * 1_000) / elapsed
        })
    }
    this.countedAt = now
  }

  /** Per second; undefined: not known yet. */
  of(client: Client): ClientCounts | undefined {
    return this.rates.get(client)
  }
}

export function countsOf({ receivedCount, sender }: Client): ClientCounts {
  return { received: receivedCount, sent: sender.sentCount, acknowledged: sender.acknowledgedCount }
}
