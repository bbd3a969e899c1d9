import { newEntry, type LastMessage, type TopicEntry } from '../history/topics'
import { previewOf } from '../decode/preview'
import type { ShownLast } from './topic-row'
import { TopicTree } from './tree'

/** A tree that tests fill by topic name. */
export class TestTree extends TopicTree {
  readonly entries = new Map<string, TopicEntry>()
  private readonly lasts = new Map<TopicEntry, LastMessage>()
  private id = 0

  /** Returns a topic's newest message, as a history would. */
  readonly readLast = (entry: TopicEntry): ShownLast | null => {
    const last = this.lasts.get(entry)
    return last ? { ...last, line: previewOf(last.start, last.size) } : null
  }

  readonly readValue = (entry: TopicEntry): string | null => this.lasts.get(entry)?.start.toString() ?? null

  /** Receives a message on a topic, at `at` µs. */
  receive(name: string, at = ++this.id * 1_000, payload = String(this.id)): void {
    const entry = this.entries.get(name) ?? newEntry(this.entries.size + 1, name)
    this.entries.set(name, entry)
    entry.messages++
    entry.lastId = ++this.id
    this.lasts.set(entry, { receivedAt: at, qos: 0, size: payload.length, start: Buffer.from(payload) })
    this.count({ entry, id: entry.lastId, topicMessages: entry.messages }, 0)
  }
}
