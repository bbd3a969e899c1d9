import { hash } from 'node:crypto'
import type { RetainedFault, RetainedRow, RetainedScope, RetainedSort } from '../../shared/contract/retained'
import { PREVIEW_BYTES, type MessageProperties, type Qos } from '../../shared/message'
import type { Preview } from '../decode/preview'
import type { Arrival } from '../recorder/message'

/** The stored part of a retained message: enough to show it and to recognize it. */
export interface RetainedEntry {
  topic: string
  size: number
  qos: Qos | null
  /** µs since 1970 UTC (RetainedRow). */
  setAt: number | null
  /** The payload's first bytes. */
  start: Buffer
  /** Digest of the payload if it is longer than `start`. */
  digest: string | null
  properties: MessageProperties | null
}

/** Builds the entry of a message, with its QoS if known. */
export function entryOf(
  topic: string,
  { payload, properties, qos }: Pick<Arrival, 'payload' | 'properties'> & { qos: Qos | null },
  setAt: number | null
): RetainedEntry {
  return {
    topic,
    size: payload.length,
    qos,
    setAt,
    // Copy it: a slice would keep the socket's whole buffer alive.
    start: Buffer.from(payload.subarray(0, PREVIEW_BYTES)),
    digest: digestOf(payload),
    properties
  }
}

/** Whether an entry has this payload. */
export function isOf({ size, start, digest }: RetainedEntry, payload: Buffer): boolean {
  if (size !== payload.length) return false
  return digest === null ? start.equals(payload) : digest === digestOf(payload)
}

function digestOf(payload: Buffer): string | null {
  return payload.length <= PREVIEW_BYTES ? null : hash('sha256', payload, 'base64')
}

/** Entries that can be read in any order, a page at a time: a list, or a dry run of it. */
export class SortedEntries {
  private sorted: RetainedEntry[] | null = null
  private summed: number | null = null
  private sort: RetainedSort = { by: 'topic', descending: false }

  constructor(readonly byTopic: ReadonlyMap<string, RetainedEntry>) {}

  /** Total payload size. */
  get bytes(): number {
    if (this.summed === null) {
      this.summed = 0
      for (const { size } of this.byTopic.values()) this.summed += size
    }
    return this.summed
  }

  /** Must be called after entries were added or removed. */
  changed(): void {
    this.sorted = null
    this.summed = null
  }

  rows(
    sort: RetainedSort,
    first: number,
    count: number,
    previewOf: (entry: RetainedEntry) => Preview
  ): RetainedRow[] {
    if (!this.sorted || sort.by !== this.sort.by || sort.descending !== this.sort.descending) {
      this.sort = sort
      this.sorted = [...this.byTopic.values()].sort(orders[sort.by])
      if (sort.descending) this.sorted.reverse()
    }
    return this.sorted.slice(first, first + count).map((entry) => {
      const { topic, size, qos, setAt, properties } = entry
      return { topic, size, qos, setAt, properties, ...previewOf(entry) }
    })
  }
}

const byTopic = (a: RetainedEntry, b: RetainedEntry): number => (a.topic < b.topic ? -1 : 1)

const orders: Record<RetainedSort['by'], (a: RetainedEntry, b: RetainedEntry) => number> = {
  topic: byTopic,
  size: (a, b) => a.size - b.size || byTopic(a, b),
  setAt: (a, b) => (a.setAt ?? 0) - (b.setAt ?? 0) || byTopic(a, b)
}

/** A list of the broker's retained messages; see the contract's RetainedList. */
export class List extends SortedEntries {
  asOf = 0
  cut: 'stopped' | 'limit' | null = null
  fault: RetainedFault | null = null

  constructor(
    readonly number: number,
    readonly filter: string,
    readonly entries: Map<string, RetainedEntry>
  ) {
    super(entries)
  }

  /** Returns the entries of a scope, and how many of the broker's own it leaves out. */
  within(scope: RetainedScope): { entries: Map<string, RetainedEntry>; leftOut: number } {
    const entries = new Map<string, RetainedEntry>()
    if (scope.kind === 'topics') {
      for (const topic of scope.topics) {
        const entry = this.entries.get(topic)
        if (entry) entries.set(topic, entry)
      }
      return { entries, leftOut: 0 }
    }
    let leftOut = 0
    for (const [topic, entry] of this.entries) {
      if (scope.kind === 'below' && topic !== scope.topic && !topic.startsWith(`${scope.topic}/`)) continue
      if (isBrokersOwn(topic)) leftOut++
      else entries.set(topic, entry)
    }
    return { entries, leftOut }
  }
}

/** Whether the broker itself publishes the topic (MQTT 5.0, 4.7.2). */
function isBrokersOwn(topic: string): boolean {
  return topic === '$SYS' || topic.startsWith('$SYS/')
}
