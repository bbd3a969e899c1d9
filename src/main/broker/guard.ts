import type { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Client } from 'aedes'
import { REASON_CODE } from '../../shared/mqtt-codes'
import { PacketCheck, Refusal } from './malformed'

/** First bytes of packets. */
const CONNACK = 0x20
const DISCONNECT = 0xe0

/** Members of the parser that aedes creates for each client, in the pinned versions. */
interface Parser extends EventEmitter {
  packet: { cmd: string; qos: number; dup: boolean; length: number }
  _list: { length: number; slice(start: number, end: number): Buffer }
  parse(chunk: Uint8Array): number
  _parsePayload(): boolean
  _emitError(error: Error): void
}

/**
 * Checks a client's packets before aedes sees them: a malformed packet closes the connection. MQTT 5 clients get a reason code: in the
 * CONNACK if the packet is their CONNECT, in a DISCONNECT afterwards (MQTT 5.0, 4.13.1).
 */
export function guard(client: Client): void {
  const { _parser: parser, conn } = client as unknown as { _parser: Parser; conn: Duplex }
  const packets = new PacketCheck()

  const parsePayload = parser._parsePayload.bind(parser)
  parser._parsePayload = () => {
    const { cmd, qos, dup, length } = parser.packet
    if (parser._list.length < length) return false
    try {
      packets.check({ cmd, qos, dup, body: parser._list.slice(0, length) })
    } catch (error) {
      parser._emitError(error as Error)
      return false
    }
    return parsePayload()
  }

  // aedes handles a packet within the parser's call. If it throws, only this client must be affected.
  const parse = parser.parse.bind(parser)
  parser.parse = (chunk) => {
    try {
      return parse(chunk)
    } catch (error) {
      parser._emitError(error as Error)
      return 0
    }
  }

  // Must run before aedes's own listener, which closes the connection.
  parser.prependListener('error', (error: Error) => {
    if (packets.version !== 5 || conn.destroyed) return
    const reasonCode = error instanceof Refusal ? error.reasonCode : REASON_CODE.MALFORMED_PACKET
    if (connackSent(client)) conn.write(Buffer.of(DISCONNECT, 2, reasonCode, 0))
    else if (!client.connecting) conn.write(Buffer.of(CONNACK, 3, 0, reasonCode, 0))
  })
}

function connackSent(client: Client): boolean {
  return (client as unknown as { connackSent: boolean }).connackSent
}
