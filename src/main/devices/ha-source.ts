import { MemoryBudget, textBytes } from './memory-budget'

/** Bytes of a message kept at most: availability messages are short. */
const MAX_KEPT = 4_096
/** Memory for kept messages, in bytes. */
const MAX_BYTES = 16 * 1_048_576
/** Estimated size of a kept message without its topic and text. */
const HEARD_BYTES = 150

/** A topic's newest message. */
export interface HaMessage {
  /** µs since 1970 UTC. */
  receivedAt: number
  /** Payload length in bytes. */
  size: number
  start: Uint8Array
}

/** A connection's topics. */
export interface HaSource {
  /** Topics at and below a path, with the ids of their newest messages. */
  below(path: string): Iterable<{ name: string; lastId: number }>
  /** The id of the newest message at and below a path; 0: none. */
  newest(path: string): number
  /** The id of a topic's newest message; 0: none. */
  lastId(topic: string): number
  /** A topic's newest message with its first bytes, or null. */
  last(topic: string, bytes: number): HaMessage | null
  /** Whether the broker retains a message on a topic; null: unknown. */
  retained(topic: string): boolean | null
}

interface Heard {
  id: number
  /** µs since 1970 UTC. */
  at: number
  text: string
}

/** The newest messages of topics, each read once while there is room for it. */
export class HeardMessages {
  private readonly kept = new Map<string, Heard>()
  private budget: MemoryBudget

  constructor(
    private readonly source: Pick<HaSource, 'lastId' | 'last'>,
    private readonly bytes = MAX_BYTES
  ) {
    this.budget = new MemoryBudget(bytes)
  }

  /** A topic's newest message as text, cut after 4 KiB; null: none. */
  newest(topic: string): Heard | null {
    const id = this.source.lastId(topic)
    if (id === 0) return null
    const known = this.kept.get(topic)
    if (known?.id === id) return known
    const message = this.source.last(topic, MAX_KEPT)
    if (!message) return null
    const heard = { id, at: message.receivedAt, text: Buffer.from(message.start).toString() }
    this.keep(topic, heard)
    return heard
  }

  clear(): void {
    this.kept.clear()
    this.budget = new MemoryBudget(this.bytes)
  }

  /** Without room, all are forgotten: among them are topics that no configuration names any longer. */
  private keep(topic: string, heard: Heard): void {
    const known = this.kept.get(topic)
    if (known) this.budget.giveBack(sizeOf(topic, known))
    if (!this.budget.take(sizeOf(topic, heard))) {
      this.clear()
      if (!this.budget.take(sizeOf(topic, heard))) return
    }
    this.kept.set(topic, heard)
  }
}

function sizeOf(topic: string, { text }: Heard): number {
  return HEARD_BYTES + textBytes(topic) + textBytes(text)
}
