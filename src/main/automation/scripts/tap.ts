import { noProperties, type PublishProperties } from '../../../shared/composed-properties'
import { SCRIPT_LIMITS } from '../../../shared/contract/scripts'
import type { MessageProperties } from '../../../shared/message'
import { compileFilter } from '../../../shared/topic'
import { userPropertiesOf } from '../../../shared/user-properties'
import type { RecordedMessage } from '../../recorder/message'
import type { Subscriber } from '../../recorder/message-stream'
import type { Echoes } from '../watch/echoes'
import type { ScriptMessage } from './protocol'

const { messagesPerSecond, payload: MOST_PAYLOAD } = SCRIPT_LIMITS
/** Payload bytes within a second. */
const MOST_BYTES = 16_000_000

/** Messages for scripts, each with the keys of the scripts whose filters it matches. */
export interface ScriptBatch {
  messages: { keys: readonly string[]; message: ScriptMessage }[]
  /** Messages that were not passed on, because they were too many or too large. */
  skipped: number
}

/** What a connection passes to scripts, in its worker: recorded messages that match their filters, and that nothing here published. */
export class ScriptTap {
  private scripts: { key: string; matches: ((topic: string) => boolean)[] }[] = []
  /** By the number of the topic: the keys of its scripts. */
  private keys: (readonly string[] | undefined)[] = []
  private batch: ScriptBatch = { messages: [], skipped: 0 }
  private isWaiting = false
  private second = { since: 0, count: 0, bytes: 0 }

  constructor(
    private readonly echoes: Echoes,
    private readonly pass: (batch: ScriptBatch) => void
  ) {}

  readonly subscriber: Subscriber = {
    name: 'scripts',
    message: (message) => {
      if (this.scripts.length > 0) this.take(message)
    },
    reset: () => (this.keys = [])
  }

  setFilters(scripts: readonly { key: string; filters: string[] }[]): void {
    this.scripts = scripts.map(({ key, filters }) => ({ key, matches: filters.map(compileFilter) }))
    this.keys = []
  }

  private take({ topic, payload, qos, retain, properties, receivedAt, entry }: RecordedMessage): void {
    const keys = (this.keys[entry.id] ??= this.keysOf(topic))
    if (keys.length === 0 || this.echoes.has(topic, payload, receivedAt)) return
    if (payload.length > MOST_PAYLOAD || !this.hasRoom(payload.length)) this.batch.skipped++
    else
      this.batch.messages.push({
        keys,
        // A slice would take the whole buffer of the socket with it.
        message: { topic, payload: Uint8Array.from(payload), qos, retain, properties: composed(properties) }
      })
    if (this.isWaiting) return
    this.isWaiting = true
    setImmediate(() => {
      this.isWaiting = false
      this.pass(this.batch)
      this.batch = { messages: [], skipped: 0 }
    })
  }

  private keysOf(topic: string): string[] {
    return this.scripts.filter(({ matches }) => matches.some((each) => each(topic))).map(({ key }) => key)
  }

  private hasRoom(bytes: number): boolean {
    const now = Date.now()
    if (now - this.second.since >= 1_000) this.second = { since: now, count: 0, bytes: 0 }
    this.second.count++
    this.second.bytes += bytes
    return this.second.count <= messagesPerSecond && this.second.bytes <= MOST_BYTES
  }
}

/** Properties of a message that came, as those of one to publish. */
function composed(came: MessageProperties | null): PublishProperties | null {
  if (!came) return null
  const { payloadFormatIndicator, correlationData } = came
  return {
    ...noProperties(),
    ...(payloadFormatIndicator !== undefined && { payloadFormat: payloadFormatIndicator ? 'text' : 'bytes' }),
    contentType: came.contentType ?? '',
    messageExpiry: came.messageExpiryInterval ?? null,
    responseTopic: came.responseTopic ?? '',
    correlation: { as: 'base64', text: correlationData ?? '' },
    userProperties: userPropertiesOf(came),
    topicAlias: null
  }
}
