import type { Decoders } from './decoders'
import type { BirthNames } from './sparkplug-value'
import { compressionOf } from './inflate'
import { Pointer, type Scalar } from './pointer'

/** Texts up to this length are charted as states; longer ones are not charted. */
export const STATE_LENGTH = 32
/** Payloads longer than this, in bytes, are skipped: reading them would slow down the chart. */
export const CHARTED_BYTES = 1_048_576

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/

/** A payload's value in a chart: the lexeme of a number, or a state, which is a boolean or a short text. */
export type Charted = { number: string } | { state: string }

/**
 * Extracts one value from each payload of a topic, by its pointer ('': the whole payload). `namesOf` returns the names and types known for
 * the metrics of a Sparkplug message.
 */
export class ChartedValue {
  private readonly pointer: Pointer
  /** Whether the bytes can be read directly, as UTF-8 JSON or text. */
  private readonly plain: boolean

  constructor(
    readonly topic: string,
    private readonly path: string,
    private readonly decoders: Decoders,
    private readonly namesOf: (id: number) => BirthNames | null
  ) {
    this.pointer = new Pointer(path)
    const bound = decoders.bound(topic)?.decoder
    this.plain =
      !bound ||
      bound.format === 'detect' ||
      (['json', 'text'].includes(bound.format) && (bound.encoding ?? 'utf-8') === 'utf-8')
  }

  /**
   * Returns null if the payload of a message (by its id) has no such value. Never throws. `decodedText` is asked for the payload's text, if
   * it needs to be decoded.
   */
  read(payload: Buffer, id: number, decodedText = () => this.decodedText(payload, id)): Charted | null {
    if (payload.length === 0 || payload.length > CHARTED_BYTES) return null
    if (this.plain) {
      const found = this.pointer.find(payload)
      if (found) return chartedOf(found)
      if (looksLikeText(payload)) return this.path === '' ? ofText(payload.toString()) : null
    }
    const text = decodedText()
    if (text === null) return null
    const found = this.pointer.find(Buffer.from(text))
    if (found) return chartedOf(found)
    return this.path === '' ? ofText(text) : null
  }

  /** The text that a payload is decoded to; null: there is none. Never throws. */
  decodedText(payload: Buffer, id: number): string | null {
    const { body } = this.decoders.decode(this.topic, payload, { format: 'auto' }, () => this.namesOf(id))
    return body.format === 'fault' || !('text' in body) ? null : body.text
  }
}

/** Converts a scalar to a chart value; null if it cannot be charted. */
export function chartedOf({ kind, text }: Scalar): Charted | null {
  if (kind === 'literal') return { state: text }
  if (kind === 'string') return ofText(text.includes('\\') ? unescaped(text) : text)
  return Number.isFinite(Number(text)) ? { number: text } : null
}

/** A text that holds a number is charted as that number. */
function ofText(text: string): Charted | null {
  const trimmed = text.trim()
  if (NUMBER.test(trimmed) && Number.isFinite(Number(trimmed))) return { number: trimmed }
  return trimmed.length > 0 && trimmed.length <= STATE_LENGTH && !/[\n{[]/.test(trimmed)
    ? { state: trimmed }
    : null
}

function unescaped(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string
  } catch {
    return text
  }
}

/** Whether the first bytes are neither compressed nor binary. */
function looksLikeText(payload: Buffer): boolean {
  if (compressionOf(payload)) return false
  const end = Math.min(payload.length, 64)
  for (let at = 0; at < end; at++) {
    const code = payload[at]!
    if (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) return false
  }
  return true
}
