import type Database from 'better-sqlite3'
import { BatchInsert } from './batch'

/** A segment ends after this many ids or payload bytes. The limits keep scans of the messages beyond the last segment short. */
export const SEGMENT_IDS = 65_536
const SEGMENT_BYTES = 8 * 1_048_576

/** Collects the topics of the newest messages, and writes a segment when there are enough. */
export class SegmentWriter {
  /** Topic ids by message id - first; 0: no message. */
  private readonly topicIds = new Uint32Array(SEGMENT_IDS)
  private first = 0
  private newest = 0
  private bytes = 0
  private readonly insertSegment
  private readonly postings: BatchInsert

  constructor(database: Database.Database) {
    this.insertSegment = database.prepare('INSERT INTO segment VALUES (?, ?, ?)')
    this.postings = new BatchInsert(database, 'posting', 3)
  }

  /** Adds a message that is being recorded, in an open transaction. */
  note(id: number, topicId: number, size: number): void {
    if (this.first === 0) this.first = id
    else if (id - this.first >= SEGMENT_IDS || this.bytes >= SEGMENT_BYTES) {
      this.close()
      this.first = id
    }
    this.topicIds[id - this.first] = topicId
    this.newest = id
    this.bytes += size
  }

  /** Writes the collected messages as a segment, in an open transaction. */
  close(): void {
    const { first, newest, topicIds } = this
    if (first === 0) return
    const span = newest - first + 1
    // Topic and place packed in one number, so that a native sort orders both.
    const places = new Float64Array(span)
    let messages = 0
    for (let place = 0; place < span; place++) {
      if (topicIds[place]! > 0) places[messages++] = topicIds[place]! * SEGMENT_IDS + place
    }
    const sorted = places.subarray(0, messages).sort()
    this.insertSegment.run(first, newest, messages)
    for (let start = 0; start < messages;) {
      const topicId = Math.floor(sorted[start]! / SEGMENT_IDS)
      const above = (topicId + 1) * SEGMENT_IDS
      let end = start + 1
      while (end < messages && sorted[end]! < above) end++
      const ids = Buffer.allocUnsafe(2 * (end - start))
      for (let i = start; i < end; i++) ids.writeUInt16LE(sorted[i]! % SEGMENT_IDS, 2 * (i - start))
      this.postings.add(first, topicId, ids)
      start = end
    }
    this.postings.drain()
    topicIds.fill(0, 0, span)
    this.first = this.newest = this.bytes = 0
  }
}

/** The message ids of a posting. */
export function idsIn(segment: number, ids: Buffer): number[] {
  const found = new Array<number>(ids.length / 2)
  for (let i = 0; i < found.length; i++) found[i] = segment + ids.readUInt16LE(2 * i)
  return found
}
