import type { Duplex } from 'node:stream'
import type { MqttVersion } from '../../shared/contract/profiles'
import type { PacketLog } from '../packets/log'
import { keepUserPropertyOrder } from '../packets/user-property-order'

/** A broker may send so many bytes before it accepts the connection: no CONNACK needs more, and one without end would take the memory. */
const LARGEST_CONNACK = 1_000_000

/** The part of MQTT.js's client that creates its network streams. */
export interface StreamMaker {
  streamBuilder: (client: never) => Duplex
}

/**
 * Passes every byte of a client's network connections to a log, beginning with the next connection. The log gets plain MQTT bytes, even
 * over TLS or WebSocket. MQTT.js writes CONNECT while it is still setting up, so the stream is tapped as soon as it is created.
 * `failed` gets the stream's errors: MQTT.js drops those without a code, such as a WebSocket request that is refused. Packets keep the
 * order of their user properties (`userPropertiesIn`).
 */
export function tapPackets(
  client: object,
  log: PacketLog,
  version: MqttVersion,
  { failed, isAccepted }: { failed: (error: Error) => void; isAccepted: () => boolean }
): void {
  keepUserPropertyOrder()
  const maker = client as StreamMaker
  const build = maker.streamBuilder
  maker.streamBuilder = (of) => {
    const stream = build(of)
    const wires = log.connected(version)
    stream.on('error', failed)
    let early = 0
    stream.on('data', (chunk: Buffer) => {
      wires.received(chunk)
      if (isAccepted() || (early += chunk.length) <= LARGEST_CONNACK) return
      stream.destroy(new Error(`${LARGEST_CONNACK} bytes came, and the connection is not accepted yet.`))
    })
    const write = stream.write.bind(stream) as (...input: unknown[]) => boolean
    stream.write = (chunk: Buffer | string, ...rest: unknown[]): boolean => {
      wires.sent(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      return write(chunk, ...rest)
    }
    return stream
  }
}
