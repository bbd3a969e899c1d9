import type { DecodedPayload, Decoder } from '../../../../shared/contract/decode'
import { LOCAL_PROFILE_ID } from '../../../../shared/contract/profiles'
import type { BrokerRetainedMessage, BrokerRetainedRow } from '../../../../shared/contract/workbench'
import { isAppError } from '../../../../shared/errors'
import type { Api } from '../../../../shared/rpc/contract'
import { poll } from '../../../state/poll'
import { Refresh } from '../../../state/refresh'

const PERIOD = 1_000

/** One retained message in full, with its payload decoded. It is loaded again when another one takes its place. */
export class OpenedMessage {
  /** null: not known yet, or gone. */
  row = $state.raw<BrokerRetainedRow | null>(null)
  message = $state.raw<BrokerRetainedMessage | null>(null)
  decoded = $state.raw<DecodedPayload | null>(null)
  decoder = $state.raw<Decoder>({ format: 'auto' })
  /** The topic has no retained message any more. */
  gone = $state(false)
  fault = $state.raw<unknown>(null)
  readonly #api: Api
  readonly topic: string
  /** The decoder of `decoded`. */
  #decodedBy: Decoder | null = null
  readonly #refresh = new Refresh(
    (current) => this.#ask(current),
    (error) => {
      // If the broker stopped between two polls, its status says so.
      if (!isAppError(error, 'BROKER_NOT_RUNNING')) this.fault = error
    }
  )

  constructor(api: Api, topic: string) {
    this.#api = api
    this.topic = topic
  }

  follow(): () => void {
    return poll(this.#refresh, PERIOD)
  }

  setDecoder(decoder: Decoder): void {
    this.decoder = decoder
    void this.#refresh.restart()
  }

  refresh(): Promise<void> {
    return this.#refresh.request()
  }

  async #ask(current: () => boolean): Promise<void> {
    const row = await this.#rowNow()
    if (!current()) return
    const isSame = row !== null && this.message !== null && identityOf(row) === identityOf(this.message)
    this.fault = null
    this.row = row
    this.gone = row === null
    if (!row || (isSame && this.#decodedBy === this.decoder)) return
    const { topic, decoder } = this
    const message = isSame ? this.message! : await this.#api.call('brokerRetained.get', { topic })
    if (!message || !current()) return
    const decoded = await this.#api.call('messages.decode', {
      history: { kind: 'connection', id: LOCAL_PROFILE_ID },
      topic,
      payload: message.payload,
      decoder
    })
    if (!current()) return
    this.message = message
    this.decoded = decoded
    this.#decodedBy = decoder
  }

  /** Its row, which is small, whatever its payload. */
  async #rowNow(): Promise<BrokerRetainedRow | null> {
    const { search } = await this.#api.call('brokerRetained.search', {
      by: { kind: 'filter', filter: this.topic },
      sort: 'topic',
      descending: false
    })
    const [row] = await this.#api.call('brokerRetained.rows', { search, offset: 0, limit: 1 })
    return row ?? null
  }
}

/** Tells a message from another one on its topic. */
function identityOf({ receivedAt, publisher, size, qos, preview }: BrokerRetainedRow): string {
  return JSON.stringify([receivedAt, publisher, size, qos, preview])
}
