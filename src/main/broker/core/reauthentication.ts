import { REASON_CODE } from '../../../shared/mqtt-codes'
import { auth } from '../codec/encode'
import type { Auth } from '../codec/packet'
import { protocolError, Refusal } from '../codec/refusal'
import type { Authenticator, AuthenticatorStep } from './authenticator'
import type { Connection } from './connection'

const NO_BYTES = Buffer.alloc(0)

/** Takes the AUTH packets of a connected client (MQTT 5.0, 4.12.1). A failure ends the connection [MQTT-4.12.1-2]. */
export class Reauthentication {
  private exchange: Authenticator | null = null

  constructor(
    private readonly connection: Connection,
    /** null: the CONNECT had none, so that AUTH is a protocol error [MQTT-4.12.0-7]. */
    private readonly method: string | null,
    private readonly create: () => Authenticator
  ) {}

  packet({ reasonCode, method, data }: Auth): void {
    if (method === null || method !== this.method)
      throw protocolError('An AUTH with another method than the CONNECT [MQTT-4.12.1-1].')
    const { done, data: answer, username } = this.step(reasonCode, data ?? NO_BYTES)
    if (done && username !== this.connection.username)
      throw new Refusal('A client cannot become another user (4.12.1).', REASON_CODE.NOT_AUTHORIZED)
    if (done) this.exchange = null
    this.connection.send(
      auth(done ? REASON_CODE.SUCCESS : REASON_CODE.CONTINUE_AUTHENTICATION, method, answer)
    )
  }

  private step(reasonCode: number, data: Buffer): AuthenticatorStep {
    try {
      if (reasonCode === REASON_CODE.REAUTHENTICATE) return (this.exchange = this.create()).begin(data)
      if (reasonCode === REASON_CODE.CONTINUE_AUTHENTICATION && this.exchange)
        return this.exchange.proceed(data)
    } catch (error) {
      // A DISCONNECT cannot say 0x86 (table 3-13).
      throw error instanceof Refusal ? new Refusal(error.message, REASON_CODE.NOT_AUTHORIZED) : error
    }
    throw protocolError('An AUTH that neither begins nor continues an authentication (4.12.1).')
  }
}
