import type { Fight } from '../../../shared/contract/broker-clients'

/** ms within which takeovers belong together. */
const WITHIN = 60_000
/** So many takeovers in a row are a fight: a client that is cut off and returns takes over from itself once. */
const LEAST = 3
/** Takeovers of one id, and ids, that are remembered. */
const REMEMBERED = 100
const MOST_IDS = 1_000

interface Takeover {
  at: number
  /** Addresses without ports: of the client that lost the id, and of the one that has it now. */
  from: string
  to: string
}

/** Finds clients that take one id from each other: each connects again at once when the other one does. */
export class Fights {
  private readonly byId = new Map<string, Takeover[]>()

  /** A client at `to` took over from one at `from`, both with ports. Returns the fight if this takeover began it. */
  takenOver(clientId: string, from: string, to: string, at: number): Fight | null {
    const wasOne = this.of(clientId, at) !== null
    const takeovers = this.recent(clientId, at)
    takeovers.push({ at, from: hostOf(from), to: hostOf(to) })
    if (takeovers.length > REMEMBERED) takeovers.shift()
    // The id with the newest takeover is the last one of the map.
    this.byId.delete(clientId)
    this.byId.set(clientId, takeovers)
    if (this.byId.size > MOST_IDS) this.byId.delete(this.byId.keys().next().value!)
    return wasOne ? null : this.of(clientId, at)
  }

  /** The fight over an id; null: there is none. */
  of(clientId: string, now: number): Fight | null {
    const takeovers = this.recent(clientId, now)
    if (takeovers.length < LEAST) return null
    const last = takeovers.slice(-LEAST)
    // Each takes it back from where the last one came.
    if (
      last.some(
        ({ from, to }, index) => index > 0 && (from !== last[index - 1]!.to || to !== last[index - 1]!.from)
      )
    )
      return null
    return {
      clientId,
      addresses: [...new Set(last.flatMap(({ from, to }) => [from, to]))],
      takeovers: takeovers.length,
      lastAt: last.at(-1)!.at
    }
  }

  all(now: number): Fight[] {
    return [...this.byId.keys()].flatMap((clientId) => this.of(clientId, now) ?? [])
  }

  private recent(clientId: string, now: number): Takeover[] {
    return this.byId.get(clientId)?.filter(({ at }) => now - at < WITHIN) ?? []
  }
}

/** An address without its port. */
function hostOf(address: string): string {
  return address.replace(/:\d+$/, '')
}
