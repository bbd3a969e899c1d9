import { generate, parser, type IConnectPacket, type IPublishPacket, type Packet } from 'mqtt-packet'
import type { Broker } from './broker'
import type { HandClock } from './hand-clock.fixture'
import { RawClient } from './raw-client.fixture'

/** An MQTT 5 client in memory that writes packets, and reads them with another reader than the broker's. */
export class PacketClient {
  readonly raw: RawClient
  private packets: Packet[] = []
  private readonly reader = parser({ protocolVersion: 5 })

  constructor(
    broker: Broker,
    private readonly clock: HandClock,
    address = ''
  ) {
    this.raw = new RawClient(broker, address)
    this.reader.on('packet', (packet: Packet) => this.packets.push(packet))
    this.reader.on('error', (error: Error) => {
      throw error
    })
  }

  /** Sends packets and resolves to the answers, once nothing more happens by itself. */
  async ask(...packets: Packet[]): Promise<Packet[]> {
    for (const packet of packets) this.raw.write(generate(packet, { protocolVersion: 5 }))
    await this.clock.settle()
    return this.take()
  }

  /** Connects, by default with a session that is kept for ever. */
  connect(clientId: string, more: Partial<IConnectPacket> = {}): Promise<Packet[]> {
    return this.ask({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 5,
      clientId,
      clean: false,
      keepalive: 0,
      properties: { sessionExpiryInterval: 0xffffffff },
      ...more
    })
  }

  publish(topic: string, payload: string, more: Partial<IPublishPacket> = {}): Promise<Packet[]> {
    return this.ask({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false, ...more })
  }

  /** Answers a message. */
  acknowledge(cmd: 'puback' | 'pubrec' | 'pubrel' | 'pubcomp', messageId: number): Promise<Packet[]> {
    return this.ask({ cmd, messageId, reasonCode: 0 })
  }

  /** What the broker has sent since the last answers. */
  take(): Packet[] {
    this.reader.parse(Buffer.from(this.raw.take(), 'hex'))
    return this.packets.splice(0)
  }

  /** The connection breaks. */
  async vanish(): Promise<void> {
    this.raw.stream.destroy()
    await this.clock.settle()
  }
}

/** What a test asks of a PUBLISH: topic, payload, packet identifier (0: none) and DUP. */
export function messages(packets: Packet[]): [string, string, number, boolean][] {
  return packets
    .filter((packet) => packet.cmd === 'publish')
    .map(({ topic, payload, messageId, dup }) => [topic, String(payload), messageId ?? 0, dup])
}
