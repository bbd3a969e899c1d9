import type Database from 'better-sqlite3'
import { PREVIEW_BYTES, type Qos } from '../../shared/message'

/** A topic's newest incoming message, as far as the tree shows it. */
export interface LastMessage {
  id: number
  /** µs since 1970 UTC. */
  receivedAt: number
  qos: Qos
  /** Payload length in bytes. */
  size: number
  /** The first PREVIEW_BYTES bytes, one character a byte (latin1): a third of the memory of a Buffer. */
  preview: string
}

/** What is known of one topic. The writer keeps its row; the tree shows it. */
export interface TopicEntry {
  /** Row id in `topic`. */
  readonly id: number
  readonly name: string
  /** Incoming messages kept. */
  messages: number
  /** `topic_seq` of its newest message, either direction. */
  sequence: number
  last: LastMessage | null
  retained: boolean
  /** Its totals differ from its row. */
  dirty: boolean
}

interface TopicRow {
  id: number
  name: string
  messages: number
  last_seq: number
  last_id: number | null
  last_at: number
  last_qos: Qos
  last_size: number
  preview: Buffer | null
  retained: number
}

/** Every topic of a file by name, with the totals of its last checkpoint. */
export function loadTopics(database: Database.Database): Map<string, TopicEntry> {
  const topics = new Map<string, TopicEntry>()
  for (const row of database.prepare<[], TopicRow>('SELECT * FROM topic').iterate()) {
    topics.set(row.name, {
      id: row.id,
      name: row.name,
      messages: row.messages,
      sequence: row.last_seq,
      last:
        row.last_id === null
          ? null
          : {
              id: row.last_id,
              receivedAt: row.last_at,
              qos: row.last_qos,
              size: row.last_size,
              preview: row.preview?.toString('latin1') ?? ''
            },
      retained: row.retained === 1,
      dirty: false
    })
  }
  return topics
}

/** A prepared statement that writes an entry's totals to its row. */
export function prepareTopicUpdate(database: Database.Database): (entry: TopicEntry) => void {
  const update = database.prepare(
    `UPDATE topic SET messages = ?, last_seq = ?, last_id = ?, last_at = ?, last_qos = ?, last_size = ?, preview = ?, retained = ?
     WHERE id = ?`
  )
  return ({ id, messages, sequence, last, retained }) => {
    update.run(
      messages,
      sequence,
      last?.id ?? null,
      last?.receivedAt ?? null,
      last?.qos ?? null,
      last?.size ?? null,
      last ? Buffer.from(last.preview, 'latin1') : null,
      retained ? 1 : 0,
      id
    )
  }
}

/** The first bytes of a payload as a LastMessage keeps them. */
export function previewBytes(payload: Buffer): string {
  return payload.toString('latin1', 0, PREVIEW_BYTES)
}
