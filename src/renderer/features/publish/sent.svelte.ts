import type { Encoding } from '../../../shared/contract/encode'
import type { PublishResult } from '../../../shared/contract/messages'
import { AppError, encodeError } from '../../../shared/errors'
import type { Qos } from '../../../shared/message'
import type { PublishProperties } from '../../../shared/composed-properties'
import type { Preferences } from '../../state/preferences.svelte'
import type { PayloadKind } from './payload'
import { noPublishProperties } from './properties.svelte'

/** A message as the user enters it. */
export interface EnteredMessage {
  topic: string
  kind: PayloadKind
  text: string
  /** The payload, if `kind` is `file`. */
  file: File | null
  /** How the JSON is encoded; null: it is sent as it is written. */
  encoding: Encoding | null
  qos: Qos
  retain: boolean
  properties: PublishProperties
  /** It contained secrets, and is shown without them: it cannot be sent again from here. */
  isMasked?: boolean
}

/** The broker's answer, or why there is none. */
export type Outcome = { result: PublishResult } | { error: unknown }

/** A message that was published, or could not be. */
export interface SentMessage extends EnteredMessage {
  /** Ascending in the order of publishing. */
  id: number
  /** When it was published, in ms since 1970 UTC. */
  at: number
  outcome: Outcome
}

/** As stored across page reloads. Files are not, since a page cannot reopen them by itself. */
interface StoredMessage extends Omit<SentMessage, 'file' | 'encoding' | 'outcome' | 'properties'> {
  /** Older Treetops stored neither. */
  encoding?: Encoding | null
  properties?: PublishProperties
  outcome: { result: PublishResult } | { error: ReturnType<typeof encodeError> }
}

const MOST_MESSAGES = 50
/** Messages beyond this many characters in total do not survive a page reload: the storage holds about 5 MB for everything. */
const MOST_STORED = 300_000

/** The latest messages published in one connection, newest first. They survive a page reload. */
export class SentMessages {
  list = $state.raw<readonly SentMessage[]>([])
  readonly #kept: Preferences | null
  readonly #name: string

  /** `kept` stores the messages across page reloads; null: they are not stored. */
  constructor(kept: Preferences | null, name: string) {
    this.#kept = kept
    this.#name = name
    this.#restore()
  }

  add(message: EnteredMessage, at: number, outcome: Outcome): SentMessage {
    const sent = { ...message, id: (this.list[0]?.id ?? 0) + 1, at, outcome }
    this.list = [sent, ...this.list].slice(0, MOST_MESSAGES)
    this.#keep()
    return sent
  }

  /** Whether a message with the same content is in the list. */
  has(message: EnteredMessage): boolean {
    return this.list.some(
      ({ topic, kind, text, file, encoding, qos, retain, properties }) =>
        topic === message.topic &&
        kind === message.kind &&
        (kind === 'file' ? file === message.file : text === message.text) &&
        JSON.stringify(encoding) === JSON.stringify(message.encoding) &&
        qos === message.qos &&
        retain === message.retain &&
        JSON.stringify(properties) === JSON.stringify(message.properties)
    )
  }

  #keep(): void {
    let size = 0
    const stored: StoredMessage[] = []
    for (const { file: _file, isMasked, outcome, ...message } of this.list) {
      if (message.kind === 'file') continue
      size += message.topic.length + message.text.length + JSON.stringify(message.properties).length
      if (size > MOST_STORED) break
      const kept = 'error' in outcome ? { error: encodeError(outcome.error) } : outcome
      stored.push({ ...message, isMasked: isMasked ?? false, outcome: kept })
    }
    this.#kept?.keep(this.#name, JSON.stringify(stored))
  }

  #restore(): void {
    try {
      const stored = JSON.parse(this.#kept?.recall(this.#name) ?? '[]') as StoredMessage[]
      this.list = stored.map(({ outcome, encoding, properties, ...message }) => ({
        ...message,
        encoding: encoding ?? null,
        properties: properties ?? noPublishProperties(),
        file: null,
        outcome:
          'error' in outcome ? { error: new AppError(outcome.error.code, outcome.error.details) } : outcome
      }))
    } catch {
      // The stored value is not a list of messages: start with an empty one.
    }
  }
}
