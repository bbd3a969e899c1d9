import { onTestFinished } from 'vitest'
import { Broker, type BrokerOptions } from '../../core/broker'
import { HandClock } from '../../core/hand-clock.fixture'
import { decode } from '../codec/decode'
import { enclosed, encode } from '../codec/encode'
import { bytesOf } from '../codec/examples.fixture'
import {
  SN,
  type Envelope,
  type SnConnect,
  type SnDatagram,
  type SnPacket,
  type SnPublish,
  type SnTopic
} from '../codec/packet'
import { Gateway, type GatewayOptions } from './gateway'
import { MqttLine, type Delivered, type LineWill } from './mqtt-line'

/** A broker with a gateway on a network in memory, and a clock that the test moves. Everything ends with the test. */
export class SnNetworkFixture {
  readonly clock = new HandClock()
  readonly broker: Broker
  readonly gateway: Gateway
  readonly broadcasts: string[] = []
  private readonly devices = new Map<string, Device>()
  private port = 20_000

  constructor(options: BrokerOptions = {}, gateway: Partial<GatewayOptions> = {}) {
    this.broker = new Broker({ clock: this.clock, ...options })
    this.gateway = new Gateway(
      this.broker,
      this.clock,
      {
        send: (bytes, { port }) => {
          const read = decode(bytes)
          if ('fault' in read) throw new Error(read.fault)
          this.devices.get(keyOf(port, read.envelope))?.take(read, bytes.length)
        },
        broadcast: (bytes) => this.broadcasts.push(bytes.toString('hex'))
      },
      {
        listener: { kind: 'sn', port: 1884 },
        gatewayId: 7,
        advertise: null,
        predefined: new Map([[258, 'plant/temperature']]),
        ...gateway
      }
    )
    this.gateway.start()
    onTestFinished(() => this.broker.close())
  }

  /** A device that has not said anything. */
  device(host = '10.0.0.1', envelope: Envelope | null = null, port = ++this.port): Device {
    const device = new Device(this, { host, port }, envelope)
    this.devices.set(keyOf(port, envelope), device)
    return device
  }

  /** A device that is connected. */
  async connected(options: Partial<SnConnect> = {}): Promise<Device> {
    const device = this.device()
    await device.connect(options)
    return device
  }

  /** A client that speaks MQTT. */
  async mqtt(clientId: string, ...filters: string[]): Promise<MqttClient> {
    const client = new MqttClient(this, clientId)
    for (const filter of filters) client.line.subscribe(1, filter, 2)
    await this.clock.settle()
    return client
  }

  /** Time passes, a second at a time, so that every timer fires when it is due. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second++) await this.clock.jump(1_000)
  }
}

function keyOf(port: number, envelope: Envelope | null): string {
  return `${port} ${envelope?.node.toString('hex') ?? ''}`
}

/** An MQTT-SN device that says only what the test says. */
export class Device {
  private inbox: SnPacket[] = []
  readonly sizes: number[] = []

  constructor(
    private readonly network: SnNetworkFixture,
    readonly place: { host: string; port: number },
    private readonly envelope: Envelope | null
  ) {}

  take({ envelope, packet }: SnDatagram, size: number): void {
    if (envelope?.radius !== this.envelope?.radius) throw new Error('Another radius than it was sent with')
    this.sizes.push(size)
    this.inbox.push(packet)
  }

  /** Sends messages, or bytes in hex; returns what came until nothing more happens. */
  async send(...packets: (SnPacket | string)[]): Promise<SnPacket[]> {
    for (const packet of packets) {
      const message = typeof packet === 'string' ? bytesOf(packet) : encode(packet)
      this.network.gateway.datagram(this.envelope ? enclosed(this.envelope, message) : message, this.place)
    }
    await this.network.clock.settle()
    return this.received()
  }

  /** What came since the last look. */
  received(): SnPacket[] {
    const { inbox } = this
    this.inbox = []
    return inbox
  }

  async connect(options: Partial<SnConnect> = {}): Promise<SnPacket[]> {
    return this.send({
      type: SN.CONNECT,
      will: false,
      cleanSession: true,
      protocolId: 1,
      duration: 60,
      clientId: 'device',
      ...options
    })
  }

  /** Registers a topic; returns its id. */
  async register(topic: string): Promise<number> {
    const [answer] = await this.send({ type: SN.REGISTER, topicId: 0, messageId: 1, topic })
    if (answer?.type !== SN.REGACK || answer.returnCode !== 0) throw new Error(JSON.stringify(answer))
    return answer.topicId
  }

  subscribe(name: string, qos: 0 | 1 | 2 = 0): Promise<SnPacket[]> {
    return this.send({ type: SN.SUBSCRIBE, dup: false, qos, messageId: 2, filter: { kind: 'name', name } })
  }

  publish(topic: SnTopic, payload: string, options: Partial<SnPublish> = {}): Promise<SnPacket[]> {
    return this.send(publish(topic, payload, options))
  }
}

export function publish(topic: SnTopic, payload: string, options: Partial<SnPublish> = {}): SnPublish {
  const { qos = 0 } = options
  return {
    type: SN.PUBLISH,
    dup: false,
    qos,
    retain: false,
    topic,
    messageId: qos > 0 ? 5 : 0,
    payload: Buffer.from(payload),
    ...options
  }
}

/** An MQTT 3.1.1 client of the same broker, which acknowledges everything. */
export class MqttClient {
  readonly line: MqttLine
  private inbox: Delivered[] = []

  constructor(network: SnNetworkFixture, clientId: string, will: LineWill | null = null) {
    const nothing = (): void => undefined
    this.line = new MqttLine(
      network.broker,
      'test',
      { kind: 'tcp', port: 1883 },
      {
        connack: nothing,
        message: (message) => {
          this.inbox.push(message)
          if (message.qos > 0) this.line.acknowledge(message.qos === 1 ? 4 : 5, message.packetId)
        },
        acknowledged: (type, packetId) => {
          if (type === 6) this.line.acknowledge(7, packetId)
          if (type === 5) this.line.acknowledge(6, packetId)
        },
        suback: nothing,
        unsuback: nothing,
        pingresp: nothing,
        closed: nothing
      }
    )
    this.line.connect(clientId, true, 0, will)
  }

  publish(topic: string, payload: string, qos: 0 | 1 | 2 = 0, retain = false, packetId = 1): void {
    this.line.publish({ topic, payload: Buffer.from(payload), qos, retain, packetId }, false)
  }

  /** `topic payload qos` of what came since the last look. */
  received(): string[] {
    const { inbox } = this
    this.inbox = []
    return inbox.map(
      ({ topic, payload, qos, retain }) => `${topic} ${payload.toString()} ${qos}${retain ? ' retained' : ''}`
    )
  }
}
