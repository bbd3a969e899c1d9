import type { Encoding } from '../../../shared/contract/encode'
import {
  emptyRequest,
  type CollectionItem,
  type MessagePreview,
  type PayloadFormat,
  type RequestOutcome,
  type SavedRequest
} from '../../../shared/contract/collections'

/** What came of the last publish. */
export interface Published {
  /** ms since 1970 UTC. */
  at: number
  /** Name of the connection. */
  to: string
  outcome: RequestOutcome | { error: unknown }
}

/** A saved message that is being edited. */
export class RequestDraft {
  request = $state<SavedRequest>(structuredClone(emptyRequest))
  /** As the file holds it. */
  saved = $state.raw<SavedRequest>(emptyRequest)
  /** The file changed while it was being edited: what it holds now. */
  outside = $state.raw<SavedRequest | null>(null)
  /** Its file is gone: what it was. */
  gone = $state.raw<CollectionItem | null>(null)
  preview = $state.raw<MessagePreview | null>(null)
  published = $state.raw<Published | null>(null)
  busy = $state(false)
  /** The last request of it that waits or waited for an answer: its id, and its payload as it was sent. */
  asked = $state.raw<{ id: string; payload: string } | null>(null)

  constructor(saved: SavedRequest) {
    this.take(saved)
  }

  get dirty(): boolean {
    return !isSame(this.request, this.saved)
  }

  /** How the payload is written. What is encoded is written as JSON. */
  get format(): PayloadFormat {
    return this.request.encode ? 'json' : this.request.format
  }

  write(format: PayloadFormat): void {
    this.request.format = format
    if (format !== 'json') this.request.encode = null
  }

  encodeAs(encoding: Encoding | null): void {
    this.request.encode = encoding
    this.request.format = 'json'
  }

  /** Shows what the file holds. */
  take(saved: SavedRequest): void {
    this.saved = saved
    this.request = structuredClone(saved)
    this.outside = null
  }

  /** The file was read again. What is being edited stays. */
  follow(saved: SavedRequest): void {
    if (isSame(saved, this.saved)) return
    if (!this.dirty || isSame(saved, this.request)) this.take(saved)
    else this.outside = saved
  }

  keepMine(): void {
    if (this.outside) this.saved = this.outside
    this.outside = null
  }
}

function isSame(a: SavedRequest, b: SavedRequest): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

/** The fields in one order, wherever they come from. */
function inOrder(request: SavedRequest): unknown[] {
  const { topic, payload, format, encode, qos, retain, properties, schedule, response } = request
  const { payloadFormat, contentType, messageExpiry, responseTopic, correlation, userProperties } = properties
  const pairs = userProperties.map(({ name, value }) => [name, value])
  const { as, text } = correlation
  return [
    ...[topic, payload, format, qos, retain, encode?.format, encode?.schema, encode?.type],
    ...[payloadFormat, contentType, messageExpiry, responseTopic, as, text, pairs],
    schedule && [schedule.kind, schedule[schedule.kind], schedule.count, schedule.jitter, schedule.until],
    ...[response.timeout, response.answers, response.capture.map(({ name, value }) => [name, value])]
  ]
}
