/** What a generator remembers between two messages. */
export interface Slot {
  /** Messages that it was used in. */
  used: number
  /** The last value of a walk. */
  value: number | null
}

/** What a generator draws for the next message: a number from 0 up to 1, and an id. */
interface Draw {
  number: number
  uuid: string
}

/**
 * What the generators remember, by their place or name. A preview draws what the next message will use and changes nothing else, so the
 * message that is sent is the one that was shown.
 */
export class GeneratorMemory {
  private readonly slots = new Map<string, Slot>()
  private readonly draws = new Map<string, Draw>()

  constructor(private readonly chance: { random: () => number; uuid: () => string }) {}

  slot(key: string): Slot {
    return this.slots.get(key) ?? { used: 0, value: null }
  }

  /** The same until the next `commit` of the key. */
  draw(key: string): Draw {
    let draw = this.draws.get(key)
    if (!draw) {
      draw = { number: this.chance.random(), uuid: this.chance.uuid() }
      this.draws.set(key, draw)
    }
    return draw
  }

  /** A message was sent: advances the generators that it used. */
  commit(next: ReadonlyMap<string, Slot>): void {
    for (const [key, slot] of next) {
      this.slots.set(key, slot)
      this.draws.delete(key)
    }
    // Keys of expressions that were edited away are never asked for again.
    for (const map of [this.slots, this.draws])
      for (const key of map.keys()) {
        if (map.size <= MAX_KEYS) break
        map.delete(key)
      }
  }
}

const MAX_KEYS = 20_000
