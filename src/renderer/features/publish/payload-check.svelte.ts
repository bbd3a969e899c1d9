import type { DecoderBinding, SchemaCheck } from '../../../shared/contract/decode'
import { filterMatches } from '../../../shared/topic'
import type { Api } from '../../../shared/rpc/contract'
import { Latest } from '../../state/latest'

/** Checks the payload of a draft against the JSON Schema that is bound to its topic. */
export class PayloadCheck {
  /** null: no schema is bound to the topic, or the payload is empty or was not checked yet. */
  result = $state.raw<SchemaCheck | null>(null)
  readonly #api: Api
  readonly #connectionId: string
  readonly #asked = new Latest()

  constructor(api: Api, connectionId: string) {
    this.#api = api
    this.#connectionId = connectionId
  }

  /** `bytesOf` returns the payload, or null if it cannot be checked. `decoders`: those of the connection's profile. */
  async ask(
    topic: string,
    bytesOf: () => Uint8Array | null,
    decoders: readonly DecoderBinding[]
  ): Promise<void> {
    const current = this.#asked.begin()
    const bound = decoders.find(({ filter }) => filterMatches(filter, topic))?.decoder
    const payload = bound?.format === 'json' && bound.schema !== undefined ? bytesOf() : null
    // While the process cannot be reached, nothing can be published either.
    const result = payload?.length
      ? await this.#api
          .call('schemas.check', { connectionId: this.#connectionId, topic, payload })
          .catch(() => null)
      : null
    if (current()) this.result = result
  }
}
