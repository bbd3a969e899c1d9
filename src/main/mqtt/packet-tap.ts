import type { Duplex } from 'node:stream'
import type { MqttVersion } from '../../shared/contract/profiles'
import type { PacketLog } from '../packets/log'

/** The part of MQTT.js's client that creates its network streams. */
interface StreamMaker {
  streamBuilder: (client: never) => Duplex
}

/**
 * Passes every byte of a client's network connections to a log, beginning with the next connection. The log gets plain MQTT bytes, even
 * over TLS or WebSocket. MQTT.js writes CONNECT while it is still setting up, so the stream is tapped as soon as it is created.
 * `failed` gets the stream's errors: MQTT.js drops those without a code, such as a WebSocket request that is refused.
 */
export function tapPackets(
  client: object,
  log: PacketLog,
  version: MqttVersion,
  failed: (error: Error) => void
): void {
  const maker = client as StreamMaker
  const build = maker.streamBuilder
  maker.streamBuilder = (of) => {
    const stream = build(of)
    const wires = log.connected(version)
    stream.on('error', failed)
    stream.on('data', (chunk: Buffer) => wires.received(chunk))
    const write = stream.write.bind(stream) as (...input: unknown[]) => boolean
    stream.write = (chunk: Buffer | string, ...rest: unknown[]): boolean => {
      wires.sent(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
      return write(chunk, ...rest)
    }
    return stream
  }
}
