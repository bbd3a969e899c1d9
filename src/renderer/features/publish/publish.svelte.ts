import type { DecoderBinding } from '../../../shared/contract/decode'
import type { EncodedText, Encoding } from '../../../shared/contract/encode'
import type { Expected } from '../../../shared/contract/requests'
import type { PublishProperties } from '../../../shared/composed-properties'
import type { Qos } from '../../../shared/message'
import { AppError } from '../../../shared/errors'
import { topicFault } from '../../../shared/topic'
import type { Api } from '../../../shared/rpc/contract'
import type { RequestsState } from '../../state/requests.svelte'
import { Latest } from '../../state/latest'
import type { Preferences } from '../../state/preferences.svelte'
import { asText, typedPayload, type PayloadFault, type PayloadKind } from './payload'
import { PayloadCheck } from './payload-check.svelte'
import { noPublishProperties, PropertiesForm } from './properties.svelte'
import { propertiesLine } from './properties-words'
import { SentMessages, type EnteredMessage, type Outcome, type SentMessage } from './sent.svelte'

/** Longer texts (in characters) do not survive a page reload, since the storage holds only about 5 MB in total. */
const LONGEST_KEPT = 200_000

/** Characters of a request's payload that are shown beside its answer. */
const MOST_SHOWN = 20_000

/** The part of a draft that survives a page reload. Files do not, since a page cannot reopen them by itself. */
interface KeptDraft {
  topic: string
  typed: boolean
  kind: Exclude<PayloadKind, 'file'>
  text: string
  qos: Qos
  retain: boolean
  /** Older Treetops stored neither. */
  encoding?: Encoding | null
  properties?: PublishProperties
}

/** The message that the user is writing and what was published before it, per connection. Both survive a page reload. */
export class PublishState {
  topic = $state('')
  kind = $state<PayloadKind>('text')
  text = $state('')
  file = $state.raw<File | null>(null)
  /** How the payload is encoded while it is JSON; null: it is sent as it is written. */
  chosenEncoding = $state.raw<Encoding | null>(null)
  /** What the payload is encoded to, or why it cannot be; null: it is not encoded, or not known yet. */
  encoded = $state.raw<EncodedText | null>(null)
  qos = $state<Qos>(0)
  retain = $state(false)
  busy = $state(false)
  /** The message whose outcome is shown. */
  shown = $state.raw<SentMessage | null>(null)
  /** The user has tried to publish the draft: from then on its faults are shown. */
  tried = $state(false)
  /** The panel shows the whole form instead of one line. */
  grown = $state(false)
  /** The list of published messages is open. */
  listing = $state(false)
  /** The draft that a published message has replaced. */
  replaced = $state.raw<EnteredMessage | null>(null)
  readonly properties = new PropertiesForm()
  readonly schemaCheck: PayloadCheck
  readonly sent: SentMessages

  readonly topicFault = $derived(topicFault(this.topic))
  readonly encoding = $derived.by(() => (this.kind === 'json' ? this.chosenEncoding : null))
  readonly payloadFault = $derived.by<PayloadFault | null>(() => {
    // The encoder reads more than JSON, and says itself what is wrong.
    if (this.encoding) return null
    if (this.kind === 'file') return this.file ? null : { code: 'NO_FILE', offset: null }
    const typed = typedPayload(this.kind, this.text)
    return 'fault' in typed ? typed.fault : null
  })
  /** The draft has properties that this connection can send. */
  readonly hasProperties = $derived.by(
    () => this.properties.isSupported && propertiesLine(this.properties.draft) !== ''
  )
  /** The payload is said to be text, and is not UTF-8 (MQTT 5.0, 3.3.2.3.2). */
  readonly formatFault = $derived.by(() => {
    const isTyped = this.kind === 'hex' || this.kind === 'base64'
    if (!isTyped || this.properties.draft.payloadFormat !== 'text') return false
    const typed = typedPayload(this.kind as 'hex' | 'base64', this.text)
    return 'bytes' in typed && asText(typed.bytes).hex
  })
  /** The topic selected in the tree, unless the draft has it already. */
  readonly otherTopic = $derived.by(() => (this.#selected === this.topic ? null : this.#selected))

  readonly #api: Api
  readonly #encoding = new Latest()
  readonly #connectionId: string
  #selected = $state<string | null>(null)
  /** The user chose the topic, so it does not follow the selection. */
  #typed = false

  readonly #kept: Preferences | null

  /** `kept` stores the draft across page reloads; null: the draft is not stored. */
  constructor(api: Api, connectionId: string, kept: Preferences | null = null) {
    this.#api = api
    this.#connectionId = connectionId
    this.#kept = kept
    this.schemaCheck = new PayloadCheck(api, connectionId)
    this.sent = new SentMessages(kept, `published.${connectionId}`)
    this.#restore()
  }

  /** Stores the draft. */
  keep(): void {
    const { topic, kind, text, chosenEncoding: encoding, qos, retain } = this
    const draft: KeptDraft = {
      topic,
      typed: this.#typed,
      kind: kind === 'file' ? 'text' : kind,
      text: text.length > LONGEST_KEPT ? '' : text,
      encoding,
      qos,
      retain,
      properties: this.properties.plain()
    }
    this.#kept?.keep(this.#name, JSON.stringify(draft))
  }

  #restore(): void {
    const kept = this.#kept?.recall(this.#name) ?? null
    if (kept === null) return
    try {
      const { typed, encoding, properties, ...fields } = JSON.parse(kept) as KeptDraft
      this.#typed = typed
      if (properties) this.properties.fill({ ...noPublishProperties(), ...properties })
      Object.assign(this, fields, { chosenEncoding: encoding ?? null })
    } catch {
      // The stored value is not a draft: start with an empty one.
    }
  }

  get #name(): string {
    return `draft.${this.#connectionId}`
  }

  /** Takes over the topic now selected in the tree (null: none), unless the user chose another one. */
  follow(selected: string | null): void {
    this.#selected = selected
    if (selected !== null && !this.#typed) this.topic = selected
  }

  /** Sets the topic, which follows the selection again if it is the selected one. */
  chooseTopic(topic: string): void {
    this.topic = topic
    this.typedTopic()
  }

  typedTopic(): void {
    this.#typed = this.topic !== '' && this.topic !== this.#selected
    this.shown = null
  }

  /** Puts a published message into the form. What was typed there can be brought back until the next message is published. */
  fill(message: EnteredMessage): void {
    this.#replaceBy(message)
    this.grown = true
  }

  bringBack(): void {
    if (this.replaced) this.#replaceBy(this.replaced)
  }

  /** Keeps the draft that is replaced, if it would be lost otherwise. */
  #replaceBy(message: EnteredMessage): void {
    const before = this.entered()
    const isTyped =
      before.text !== '' || before.file !== null || this.#typed || propertiesLine(before.properties) !== ''
    if (isTyped && !this.sent.has(before)) this.replaced = before
    else if (message === this.replaced) this.replaced = null
    const { topic, kind, text, file, encoding, qos, retain, properties } = message
    this.properties.fill(properties)
    Object.assign(this, { kind, text, file, chosenEncoding: encoding, qos, retain, tried: false })
    this.chooseTopic(topic)
  }

  /** Re-indents JSON. Leaves the text alone if it is not JSON, or if more than whitespace would change, as with numbers beyond 2^53. */
  formatJson(): void {
    try {
      const formatted = JSON.stringify(JSON.parse(this.text), null, 2)
      if (formatted.replace(/\s/g, '') === this.text.replace(/\s/g, '')) this.text = formatted
    } catch {
      this.tried = true
    }
  }

  /** Encodes the draft, for its preview and its fault. null: it is not encoded. */
  async encode(): Promise<EncodedText | null> {
    const current = this.#encoding.begin()
    const { encoding, text } = this
    // While the process cannot be reached, nothing can be published either.
    const encoded =
      encoding && (await this.#api.call('encoding.encode', { text, encoding }).catch(() => null))
    if (current()) this.encoded = encoded
    return encoded
  }

  /** Checks the draft against its JSON Schema, if `decoders` bind one to its topic. */
  async checkSchema(decoders: readonly DecoderBinding[]): Promise<void> {
    const { kind, text, topic, encoding } = this
    const bytesOf = (): Uint8Array | null => {
      const typed = kind === 'file' || encoding ? null : typedPayload(kind, text)
      return typed && 'bytes' in typed ? typed.bytes : null
    }
    await this.schemaCheck.ask(topic, bytesOf, decoders)
  }

  async publish(): Promise<void> {
    if (!this.check()) return
    const message = this.entered()
    this.busy = true
    const encoded = message.encoding && (await this.encode())
    this.busy = false
    if (encoded && 'fault' in encoded) return
    this.replaced = null
    if (!(await this.sendAgain(message, encoded?.bytes))) return
    this.tried = false
    this.properties.settle()
  }

  /** Publishes a message without changing the form. `payload`: its bytes, if they are known. Returns whether it was published. */
  async sendAgain(message: EnteredMessage, payload?: Uint8Array): Promise<boolean> {
    if (this.busy) return false
    this.busy = true
    this.shown = null
    const at = Date.now()
    const sent = this.properties.isSupported ? message : { ...message, properties: noPublishProperties() }
    const outcome = await this.#send(sent, payload)
    this.shown = this.sent.add(sent, at, outcome)
    this.busy = false
    return 'result' in outcome
  }

  /**
   * Publishes the draft as a request, whose status is told under the id; lists it, and returns its payload as text. Throws the errors of
   * `requests.send`.
   */
  async ask(id: string, responseTopic: string, expected: Expected, requests: RequestsState): Promise<string> {
    const entered = this.entered()
    const message = { ...entered, properties: { ...entered.properties, responseTopic } }
    const { topic, qos, retain, properties } = message
    const payload = await this.payloadOf(message)
    const at = Date.now()
    await this.#api.call('requests.send', {
      ...{ connectionId: this.#connectionId, id, topic, payload, qos, retain, properties, expected }
    })
    this.replaced = null
    void requests.published(id).then((outcome) => void this.sent.add(message, at, outcome))
    return message.encoding ? message.text.slice(0, MOST_SHOWN) : asText(payload).text.slice(0, MOST_SHOWN)
  }

  /** Whether the draft can be sent; its faults are shown from now on. */
  check(): boolean {
    this.tried = true
    const isSound = this.properties.check()
    return !this.busy && !this.topicFault && !this.payloadFault && isSound
  }

  async #send(message: EnteredMessage, known?: Uint8Array): Promise<Outcome> {
    const { topic, qos, retain, properties } = message
    const hasProperties = propertiesLine(properties) !== ''
    try {
      const payload = known ?? (await this.payloadOf(message))
      const connectionId = this.#connectionId
      return {
        result: await this.#api.call('messages.publish', {
          connectionId,
          topic,
          payload,
          qos,
          retain,
          ...(hasProperties && { properties })
        })
      }
    } catch (error) {
      return { error }
    }
  }

  /** The draft as it is now. */
  entered(): EnteredMessage {
    const { topic, kind, text, file, encoding, qos, retain } = this
    return { topic, kind, text, file, encoding, qos, retain, properties: this.properties.plain() }
  }

  /** The bytes of a message's payload. Throws NOT_ENCODABLE. */
  async payloadOf({ kind, text, file, encoding }: EnteredMessage): Promise<Uint8Array> {
    if (kind === 'file') return file ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array()
    if (encoding) {
      const encoded = await this.#api.call('encoding.encode', { text, encoding })
      if ('fault' in encoded) throw new AppError('NOT_ENCODABLE', encoded.fault)
      return encoded.bytes
    }
    const typed = typedPayload(kind, text)
    return 'bytes' in typed ? typed.bytes : new Uint8Array()
  }
}
