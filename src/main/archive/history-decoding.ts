import type { Decoder, SchemaInfo } from '../../shared/contract/decode'
import type { EncodedText, Encoding } from '../../shared/contract/encode'
import type { MessageView } from '../../shared/contract/messages'
import type { Message } from '../../shared/message'
import { Decoders } from '../decode/decoders'
import { SchemaFiles } from '../decode/schema-files'
import type { BirthNames } from '../decode/sparkplug-value'
import { encodeText } from '../encode/encode'
import type { Decoding } from './archive-functions'
import { BirthIndex } from './birth-index'
import type { OpenHistories } from './open-histories'

/** Decodes messages of histories with the schemas and bindings of each. */
export class HistoryDecoding {
  private readonly births = new BirthIndex()
  private schemas = new SchemaFiles([])
  private decoders = new Map<string, Decoders>()

  constructor(private readonly histories: OpenHistories) {}

  set({ schemas, bindings }: Decoding): SchemaInfo[] {
    this.schemas = new SchemaFiles(schemas)
    this.decoders = new Map(
      Object.entries(bindings).map(([path, bound]) => [path, new Decoders(this.schemas, bound)])
    )
    return this.schemas.describe()
  }

  /** The decoders of a history. */
  decodersOf(path: string): Decoders {
    return this.decoders.get(path) ?? new Decoders(this.schemas, [])
  }

  /** Decodes a message for display. Throws HISTORY_UNAVAILABLE. */
  view(path: string, { payload, ...head }: Message, decoder: Decoder): MessageView {
    return {
      head,
      ...this.decodersOf(path).decode(head.topic, payload, decoder, () =>
        this.namesOf(path, head.topic, head.id)
      )
    }
  }

  /** Encodes a payload that is written as JSON. */
  encode(text: string, encoding: Encoding): EncodedText {
    return encodeText(text, encoding, this.schemas)
  }

  /** Metric names for a Sparkplug message, from earlier births. Throws HISTORY_UNAVAILABLE. */
  readonly namesOf = (path: string, topic: string, id: number): BirthNames | null =>
    this.histories.read(path, null, ({ reader }) => this.births.namesFor(reader, path, topic, id))

  /** Drops the cached births of a history. */
  forget(path: string): void {
    this.births.forget(path)
  }
}
