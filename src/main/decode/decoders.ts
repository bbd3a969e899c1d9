import type { DecodedPayload, Decoder, DecoderBinding } from '../../shared/contract/decode'
import { compileFilter } from '../../shared/topic'
import { previewAs } from './bound-preview'
import { decode } from './decode'
import type { Preview } from './preview'
import type { SchemaFiles } from './schema-files'
import { sparkplugTopic } from './sparkplug-topic'
import type { BirthNames } from './sparkplug-value'

/** The decoders for a connection's topics: those bound to filters, Sparkplug in its namespace, and detection for all others. */
export class Decoders {
  private readonly bindings: { matches: (topic: string) => boolean; binding: DecoderBinding }[]

  constructor(
    private readonly schemas: SchemaFiles,
    bindings: readonly DecoderBinding[]
  ) {
    this.bindings = bindings.map((binding) => ({ matches: compileFilter(binding.filter), binding }))
  }

  /** The first binding whose filter matches a topic, or null. */
  bound(topic: string): DecoderBinding | null {
    for (const { matches, binding } of this.bindings) if (matches(topic)) return binding
    return null
  }

  /** Decodes a payload as requested and adds the binding of its topic. `names` returns the birth names for a Sparkplug payload. */
  decode(
    topic: string,
    payload: Uint8Array,
    asked: Decoder,
    names: () => BirthNames | null = () => null
  ): DecodedPayload {
    const bound = this.bound(topic)
    const decoder = asked.format === 'auto' && bound ? bound.decoder : asked
    if (decoder.format === 'sparkplug') return { ...decode(payload, decoder, this.schemas, names()), bound }
    if (isDetected(decoder) && isSparkplug(topic, payload)) {
      const found = decode(payload, { format: 'sparkplug' }, this.schemas, names())
      if (found.body.format === 'sparkplug') return { ...found, bound }
    }
    return { ...decode(payload, decoder, this.schemas), bound }
  }

  /** One line for a row, from the first bytes of a payload of `size` bytes. Never throws. */
  preview(
    topic: string,
    start: Uint8Array,
    size: number,
    names: (topic: string) => BirthNames | null = () => null
  ): Preview {
    const decoder = this.bound(topic)?.decoder ?? { format: 'detect' }
    const sparkplug = decoder.format === 'sparkplug' || (isDetected(decoder) && isSparkplug(topic, start))
    if (sparkplug) return previewAs(start, size, { format: 'sparkplug' }, this.schemas, names(topic))
    return previewAs(start, size, decoder, this.schemas)
  }
}

function isDetected({ format }: Decoder): boolean {
  return format === 'auto' || format === 'detect'
}

/** Whether to try a payload as Sparkplug; an empty one has nothing to decode. */
function isSparkplug(topic: string, payload: Uint8Array): boolean {
  if (payload.length === 0) return false
  const found = sparkplugTopic(topic)
  return found !== null && found.type !== 'STATE'
}
