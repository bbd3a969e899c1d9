import { REASON_CODE } from '../../../shared/mqtt-codes'
import { auth } from '../codec/encode'
import { TYPE, type Auth, type Connect, type Packet } from '../codec/packet'
import { protocolError, Refusal } from '../codec/refusal'
import type { Authenticator, AuthenticatorStep } from './authenticator'
import type { Connection, Receiver } from './connection'
import type { CloseCause } from './hooks'
import type { Parts } from './parts'

/** What follows an accepted CONNECT. `authenticationData` is the last of an AUTH exchange, for the CONNACK. */
export type Accept = (connection: Connection, connect: Connect, authenticationData: Buffer | null) => void

/** Takes a client's packets from its CONNECT to the CONNACK (MQTT 5.0, 3.1 and 4.12). */
export class Handshake implements Receiver {
  private connect: Connect | null = null
  private exchange: Authenticator | null = null
  private readonly cancelTimeout: () => void

  constructor(
    private readonly connection: Connection,
    private readonly parts: Parts,
    private readonly accept: Accept
  ) {
    const timeout: CloseCause = {
      by: 'broker',
      reasonCode: REASON_CODE.MAXIMUM_CONNECT_TIME,
      reason: 'The client did not finish connecting in time.',
      other: null
    }
    this.cancelTimeout = parts.clock.after(parts.limits.connectTimeout, () => connection.end(timeout))
  }

  packet(packet: Packet): void {
    if (packet.type === TYPE.CONNECT) return this.begin(packet)
    if (packet.type === TYPE.AUTH && this.exchange) return this.proceed(packet)
    if (packet.type === TYPE.DISCONNECT && this.exchange)
      return this.connection.end({ by: 'client', reasonCode: packet.reasonCode })
    throw protocolError('A packet before the CONNACK of an authentication [MQTT-3.1.2-30].')
  }

  gone(): void {
    this.cancelTimeout()
  }

  private begin(connect: Connect): void {
    this.connect = connect
    this.parts.traffic.connects++
    const { authenticationMethod: method } = connect
    if (method === null) return this.authenticate(connect)
    const create = this.parts.authenticators.get(method)
    if (!create)
      throw new Refusal(
        `Authentication method "${method}" is not supported [MQTT-4.12.0-1].`,
        REASON_CODE.BAD_AUTHENTICATION_METHOD
      )
    this.exchange = create()
    this.step(this.exchange.begin(connect.authenticationData ?? Buffer.alloc(0)))
  }

  /** Whoever checks passwords may take its time (3.1.4); the connect timeout goes on. */
  private authenticate(connect: Connect): void {
    const answer = this.parts.hooks.authenticate?.(this.connection, connect) ?? null
    if (answer === null) return this.finish(null)
    this.connection.suspend()
    answer.then(
      (refusal) =>
        this.connection.release(() => {
          if (refusal) throw refusal
          this.finish(null)
        }),
      (error: Error) =>
        this.connection.release(() => {
          throw error
        })
    )
  }

  private proceed({ reasonCode, method, data }: Auth): void {
    if (reasonCode !== REASON_CODE.CONTINUE_AUTHENTICATION)
      throw protocolError('An AUTH without reason code 0x18 in an authentication [MQTT-4.12.0-3].')
    if (method !== this.connect!.authenticationMethod)
      throw protocolError('An AUTH with another method than the CONNECT [MQTT-4.12.0-5].')
    this.step(this.exchange!.proceed(data ?? Buffer.alloc(0)))
  }

  private step({ done, data, username }: AuthenticatorStep): void {
    if (done) {
      this.connection.username = username
      return this.finish(data)
    }
    this.connection.send(auth(REASON_CODE.CONTINUE_AUTHENTICATION, this.connect!.authenticationMethod!, data))
  }

  private finish(data: Buffer | null): void {
    this.cancelTimeout()
    this.accept(this.connection, this.connect!, data)
  }
}
