import type { StreamMaker } from './packet-tap'

const USERNAME_FLAG = 0x80
/** Behind the length: the protocol name, of four characters in MQTT 5, with its length, and the version (MQTT 5.0, 3.1.2). */
const FLAGS_OFFSET = 2 + 4 + 1

/**
 * Has a client send a password without a user name, as MQTT 5 allows (3.1.3.5, 3.1.2.9). MQTT.js cannot write such a CONNECT. So it is
 * given an empty user name, which is taken out here, between it and the network. `password` is the one in the CONNECT.
 */
export function omitUsername(client: object, password: string): void {
  const maker = client as StreamMaker
  const build = maker.streamBuilder
  maker.streamBuilder = (of) => {
    const stream = build(of)
    const write = stream.write.bind(stream) as (bytes: Buffer) => boolean
    let written = Buffer.alloc(0)
    // MQTT.js writes a packet in pieces.
    stream.write = (piece: Buffer | string): boolean => {
      written = Buffer.concat([written, Buffer.from(piece as string)])
      const body = bodyOf(written)
      if (!body || written.length < body.end) return true
      stream.write = write as typeof stream.write
      return write(withoutUsername(written.subarray(body.start), Buffer.byteLength(password)))
    }
    return stream
  }
}

/** A CONNECT without its empty user name, which comes right before the password. `body` is what follows the length. */
function withoutUsername(body: Buffer, passwordLength: number): Buffer {
  const end = body.length - passwordLength - 2
  const kept = Buffer.concat([body.subarray(0, end - 2), body.subarray(end)])
  kept[FLAGS_OFFSET]! &= ~USERNAME_FLAG
  return Buffer.concat([Buffer.of(0x10), lengthBytes(kept.length), kept])
}

/** Where what follows a packet's length begins and ends; null: its length is not complete (MQTT 5.0, 2.1.4). */
function bodyOf(packet: Buffer): { start: number; end: number } | null {
  let length = 0
  for (let at = 1, factor = 1; at < packet.length; at++, factor *= 128) {
    length += (packet[at]! & 0x7f) * factor
    if (packet[at]! < 0x80) return { start: at + 1, end: at + 1 + length }
  }
  return null
}

function lengthBytes(length: number): Buffer {
  const bytes: number[] = []
  for (let rest = length; ; rest >>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest])
    bytes.push((rest & 0x7f) | 0x80)
  }
}
