import { birthNames } from '../decode/sparkplug'
import { sparkplugTopic, topicOf } from '../decode/sparkplug-topic'
import type { BirthNames } from '../decode/sparkplug-value'
import type { HistoryReader } from '../history/reader'

/** Births that are kept read, and how many names and aliases they may have together: messages are looked at one after the other. */
const KEPT = 16
const KEPT_NAMES = 300_000

/** What births say of the metrics of Sparkplug messages, so that old data opens with names. */
export class BirthIndex {
  private readonly kept = new Map<string, BirthNames>()

  /**
   * What is known of the metrics of a message: from the newest NBIRTH or DBIRTH before it (payloads-alias-birth-requirement). null where there
   * is none, and where the message needs none. Throws SQLite's own errors.
   */
  namesFor(reader: HistoryReader, history: string, topic: string, id: number): BirthNames | null {
    const found = sparkplugTopic(topic)
    if (!found || found.type === 'STATE' || found.type.endsWith('BIRTH')) return null
    const { group, node, device } = found
    const birth = topicOf(device === null ? 'NBIRTH' : 'DBIRTH', group, node, device)
    const scope = { topic: birth, subtree: false }
    const [row] = reader.page({ scope, before: id, limit: 1 }).rows
    if (!row) return null
    const key = `${row.id} ${history}`
    const known = this.kept.get(key)
    if (known) return known
    const message = reader.get(row.id)
    if (!message) return null
    const names = birthNames(message.payload)
    this.kept.set(key, names)
    while (this.kept.size > 1 && (this.kept.size > KEPT || this.names > KEPT_NAMES))
      this.kept.delete(this.kept.keys().next().value!)
    return names
  }

  /** Names and aliases of the births that are kept. */
  private get names(): number {
    return [...this.kept.values()].reduce((sum, { byAlias, types }) => sum + byAlias.size + types.size, 0)
  }

  /** Forgets what was read from a history. */
  forget(history: string): void {
    for (const key of this.kept.keys()) if (key.endsWith(` ${history}`)) this.kept.delete(key)
  }
}
