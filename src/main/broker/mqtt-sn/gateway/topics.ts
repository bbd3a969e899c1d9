import type { SnTopic } from '../codec/packet'

/** Ids that have no meaning of their own (MQTT-SN 1.2, 5.3.11): 0x0000 and 0xffff are reserved. */
const FIRST_ID = 1
const LAST_ID = 0xfffe
/** What a client may register, so that no client can take the memory. */
const MOST_TOPICS = 10_000
const MOST_BYTES = 1_000_000

/** The topic ids of one client (6.5), which last as long as its session. */
export class Topics {
  private readonly names = new Map<number, string>()
  private readonly ids = new Map<string, number>()
  /** Ids that the client knows of since it connected. */
  private known = new Set<number>()
  /** Topics that the client has named by their predefined ids. */
  private readonly predefinedUsed = new Map<string, number>()
  private bytes = 0
  private nextId = FIRST_ID

  /** @param predefined topics by the ids that every client knows (6.7) */
  constructor(private readonly predefined: ReadonlyMap<number, string>) {}

  /** The id for a topic, which the client learns now or knows; null: there are too many. */
  register(topic: string): number | null {
    const id = this.reserve(topic)
    if (id !== null) this.known.add(id)
    return id
  }

  /** The id for a topic, of which the client has to be told; null: there are too many. */
  reserve(topic: string): number | null {
    const known = this.ids.get(topic)
    if (known !== undefined) return known
    const size = Buffer.byteLength(topic)
    if (this.names.size >= MOST_TOPICS || this.bytes + size > MOST_BYTES || this.nextId > LAST_ID) return null
    const id = this.nextId++
    this.bytes += size
    this.names.set(id, topic)
    this.ids.set(topic, id)
    return id
  }

  /** The client has confirmed a REGISTER, or does not know an id after all. */
  confirm(id: number, isKnown: boolean): void {
    if (isKnown) this.known.add(id)
    else this.known.delete(id)
  }

  /** The client connects again: it is told the ids once more (6.10), but may still use those it remembers. */
  reconnected(): void {
    this.known = new Set()
  }

  /** The topic that a client means; null: its id stands for nothing. */
  nameOf(topic: SnTopic): string | null {
    if (topic.kind === 'short') return topic.name
    if (topic.kind === 'normal') return this.names.get(topic.id) ?? null
    const name = this.predefined.get(topic.id)
    if (name === undefined) return null
    this.predefinedUsed.set(name, topic.id)
    return name
  }

  /** How to name a topic to the client; null: it has to be registered first. */
  shortest(topic: string): SnTopic | null {
    const id = this.ids.get(topic)
    if (id !== undefined && this.known.has(id)) return { kind: 'normal', id }
    const predefined = this.predefinedUsed.get(topic)
    if (predefined !== undefined) return { kind: 'predefined', id: predefined }
    return Buffer.byteLength(topic) === 2 ? { kind: 'short', name: topic } : null
  }
}
