import { parser, type IConnectPacket, type IPublishPacket, type Packet, type PacketCmd } from 'mqtt-packet'
import type { MqttVersion } from '../../../shared/contract/profiles'

/** A packet from the broker, with its bytes. */
export type Received<Cmd extends PacketCmd = PacketCmd> = Extract<Packet, { cmd: Cmd }> & { bytes: Buffer }

export type ConnectOptions = Partial<Omit<IConnectPacket, 'cmd' | 'password'>> & { password?: string }

export type PublishOptions = Partial<Omit<IPublishPacket, 'cmd' | 'topic' | 'payload'>>

/** A CONNECT with the defaults of tests: a clean session, and no keep alive. */
export function connectPacket(
  version: MqttVersion,
  { clean = true, password, ...options }: ConnectOptions & { clientId: string }
): IConnectPacket {
  return {
    cmd: 'connect',
    protocolId: version === 3 ? 'MQIsdp' : 'MQTT',
    protocolVersion: version,
    clean,
    keepalive: 0,
    ...(password !== undefined && { password: Buffer.from(password) }),
    ...options
  }
}

export function publishPacket(
  topic: string,
  payload: string | Buffer = 'x',
  options: PublishOptions = {}
): IPublishPacket {
  return { cmd: 'publish', topic, payload, qos: 0, dup: false, retain: false, ...options }
}

export function acknowledgement(
  cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp',
  messageId: number,
  reasonCode = 0
): Packet {
  return { cmd, messageId, reasonCode }
}

/** A packet in hexadecimal digits: its first byte, and its body behind the right length. */
export function frame(first: string, ...body: string[]): string {
  const digits = body.join('').replaceAll(' ', '')
  const length: number[] = []
  for (let rest = digits.length / 2; rest > 0 || length.length === 0; rest >>= 7)
    length.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
  return first + Buffer.from(length).toString('hex') + digits
}

/** A string as in a packet, in hexadecimal digits. */
export function text(value: string | Buffer): string {
  const bytes = Buffer.from(value)
  return bytes.length.toString(16).padStart(4, '0') + bytes.toString('hex')
}

/** Bytes of the first packet; 0: it is not complete. */
export function packetSize(bytes: Buffer): number {
  let length = 0
  for (let at = 1; at < bytes.length; at++) {
    length += (bytes[at]! & 0x7f) * 128 ** (at - 1)
    if (bytes[at]! < 0x80) return at + 1 + length <= bytes.length ? at + 1 + length : 0
  }
  return 0
}

/** The packet in these bytes. Throws if they are none. */
export function parse(bytes: Buffer, version: MqttVersion): Received {
  const reader = parser({ protocolVersion: version })
  let found: Packet | null = null
  reader.on('packet', (packet) => (found = packet))
  reader.on('error', (error) => {
    throw error as Error
  })
  reader.parse(bytes)
  return Object.assign(found!, { bytes: Buffer.from(bytes) })
}
