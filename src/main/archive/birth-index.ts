import { birthNames } from '../decode/sparkplug'
import { sparkplugTopic, topicOf } from '../decode/sparkplug-topic'
import type { BirthNames } from '../decode/sparkplug-value'
import type { HistoryReader } from '../history/reader'

/** Limits of the cache of births, and of their names and aliases together: messages are usually viewed one after another. */
const KEPT = 16
const KEPT_NAMES = 300_000

/** Finds metric names for Sparkplug messages in earlier births, so that old data is shown with names. */
export class BirthIndex {
  private readonly kept = new Map<string, BirthNames>()

  /**
   * Metric names for a message, from the newest NBIRTH or DBIRTH before it (payloads-alias-birth-requirement). null when there
   * is none, or when the message needs none. Throws SQLite's own errors.
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

  /** Number of names and aliases in the cached births. */
  private get names(): number {
    return [...this.kept.values()].reduce((sum, { byAlias, types }) => sum + byAlias.size + types.size, 0)
  }

  /** Drops the cached births of a history. */
  forget(history: string): void {
    for (const key of this.kept.keys()) if (key.endsWith(` ${history}`)) this.kept.delete(key)
  }
}
