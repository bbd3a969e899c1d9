import type { DecodedPayload, Decoder, DecoderBinding } from '../../shared/contract/decode'
import { compileFilter } from '../../shared/topic'
import { previewAs } from './bound-preview'
import { decode } from './decode'
import type { Preview } from './preview'
import type { SchemaFiles } from './schema-files'

/** The decoders of one connection's topics: those that are bound to filters, and detection for the rest. */
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

  /** A payload made readable as it was asked for, and the binding that fits its topic. */
  decode(topic: string, payload: Uint8Array, asked: Decoder): DecodedPayload {
    const bound = this.bound(topic)
    const decoder = asked.format === 'auto' && bound ? bound.decoder : asked
    return { ...decode(payload, decoder, this.schemas), bound }
  }

  /** One line for a row, from the first bytes of a payload of `size` bytes. It never throws. */
  preview(topic: string, start: Uint8Array, size: number): Preview {
    return previewAs(start, size, this.bound(topic)?.decoder ?? { format: 'detect' }, this.schemas)
  }
}
