import { SvelteMap } from 'svelte/reactivity'
import type { BrokerRetainedMessage } from '../../../../shared/contract/workbench'
import type { Qos } from '../../../../shared/message'
import { readHex } from '../../../ui/hex-digits'
import { draftOf, secondsOf, type ExpiryDraft } from './expiry'

/** Payload bytes that can be edited at most: a text field with more is slow. */
export const MOST_EDITABLE = 1_000_000

/** A change to a retained message that is not published yet. */
export class Draft {
  /** Text, or hex digits. */
  text = $state('')
  qos = $state<Qos>(0)
  expiry = $state.raw<ExpiryDraft>(draftOf(null))
  /** Faults are shown from the first attempt to publish. */
  tried = $state(false)
  readonly topic: string
  /** The payload is not text: it is typed in hex. */
  readonly isHex: boolean
  /** When the message that it began with was received, in ms since 1970 UTC. */
  readonly basedOn: number
  readonly #wasJson: boolean
  /** The payload, or why the text is none. */
  readonly payload = $derived.by((): { bytes: Uint8Array } | { fault: 'EMPTY' | 'HEX' } => {
    if (this.text.trim() === '' && (this.isHex || this.text === '')) return { fault: 'EMPTY' }
    if (!this.isHex) return { bytes: new TextEncoder().encode(this.text) }
    const read = readHex(this.text)
    return 'bytes' in read ? read : { fault: 'HEX' }
  })
  /** It was JSON, and is no more. */
  readonly brokeJson = $derived.by(() => this.#wasJson && !isJson(this.text))
  /** Seconds; null: never. undefined: what is typed is none. */
  readonly seconds = $derived.by(() => secondsOf(this.expiry))

  constructor({ topic, payload, qos, expiresIn, receivedAt }: BrokerRetainedMessage) {
    const text = textOf(payload)
    this.topic = topic
    this.isHex = text === null
    this.text = text ?? hexOf(payload)
    this.qos = qos
    this.expiry = draftOf(expiresIn)
    this.basedOn = receivedAt
    this.#wasJson = text !== null && isJson(text)
  }
}

/** What is being edited, by topic. It lasts until it is published or discarded, also while another message or page is shown. */
export const drafts = new SvelteMap<string, Draft>()

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
}
