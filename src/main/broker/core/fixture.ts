import { once } from 'node:events'
import { duplexPair, type Duplex } from 'node:stream'
import { generate, type ISubscribePacket, type ISubscription, type Packet, type PacketCmd } from 'mqtt-packet'
import type { MqttVersion } from '../../../shared/contract/profiles'
import { Broker, type BrokerOptions } from './broker'
import type { Clock } from './clock'
import {
  acknowledgement,
  connectPacket,
  packetSize,
  parse,
  publishPacket,
  type ConnectOptions,
  type PublishOptions,
  type Received
} from './packets.fixture'

/** Time that passes only when a test says so. */
export class FakeClock implements Clock {
  private time = Date.UTC(2030, 0, 1)
  private readonly timers = new Set<{ at: number; work: () => void }>()

  now(): number {
    return this.time
  }

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.time + ms, work }
    this.timers.add(timer)
    return () => void this.timers.delete(timer)
  }

  soon(work: () => void): void {
    setImmediate(work)
  }

  /** Calls back everything that falls due within `ms`, in order. */
  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
      if (!next) break
      this.timers.delete(next)
      this.time = Math.max(this.time, next.at)
      next.work()
    }
    this.time = end
  }
}

type SubscribeOptions = Partial<Omit<ISubscription, 'topic'>> & {
  properties?: NonNullable<ISubscribePacket['properties']>
}

/** A broker and a network of its own, without ports. */
export class TestNetwork {
  readonly clock = new FakeClock()
  readonly broker: Broker
  private count = 0

  constructor(options: BrokerOptions = {}) {
    this.broker = new Broker({ clock: this.clock, ...options })
  }

  /** A connection on which nothing has been sent. */
  open(version: MqttVersion, isObserver = false, port: number | null = null): TestClient {
    const [near, far] = duplexPair()
    this.broker.accept(far, '', isObserver, port === null ? undefined : { kind: 'tcp', port })
    return new TestClient(near, far, version, `client-${++this.count}`)
  }

  /** A client whose CONNECT was accepted. */
  async connect(version: MqttVersion, options: ConnectOptions = {}): Promise<TestClient> {
    const client = this.open(version)
    const connack = await client.connect(options)
    if ((connack.reasonCode ?? connack.returnCode) !== 0)
      throw new Error(`The broker refused the client: ${JSON.stringify(connack)}`)
    return client
  }

  close(): void {
    this.broker.close()
  }
}

/** A client that says only what a test says. */
export class TestClient {
  isClosed = false
  connack: Received<'connack'> | null = null
  private readonly inbox: Received[] = []
  private rest: Buffer = Buffer.alloc(0)
  private lastId = 0
  private wake = (): void => undefined

  constructor(
    private readonly near: Duplex,
    private readonly far: Duplex,
    readonly version: MqttVersion,
    public clientId: string
  ) {
    near.on('data', (chunk: Buffer) => this.data(chunk))
    near.on('error', () => undefined)
    near.on('end', () => {
      this.isClosed = true
      this.wake()
    })
  }

  /** Sends bytes, as hexadecimal digits. */
  write(...hex: string[]): void {
    this.near.write(Buffer.from(hex.join('').replaceAll(' ', ''), 'hex'))
  }

  /** Sends packets at once. */
  send(...packets: Packet[]): void {
    this.near.write(
      Buffer.concat(packets.map((packet) => generate(packet, { protocolVersion: this.version })))
    )
  }

  /** The next packet, which must be of this type. Throws if it is another one, or the connection closes. */
  async next<Cmd extends PacketCmd>(cmd: Cmd): Promise<Received<Cmd>> {
    await this.until(() => this.inbox.length > 0 || this.isClosed)
    const packet = this.inbox.shift()
    if (packet?.cmd !== cmd) throw new Error(`Expected ${cmd}, got ${JSON.stringify(packet) ?? 'the end'}`)
    return packet as Received<Cmd>
  }

  /** What has come so far. */
  take(): Received[] {
    return this.inbox.splice(0)
  }

  /** What came before the broker closed the connection. */
  async closed(): Promise<Received[]> {
    await this.until(() => this.isClosed)
    return this.take()
  }

  /** What came before the answer to a PINGREQ: everything that the broker sent because of what was sent so far. */
  async sync(): Promise<Received[]> {
    await this.ping()
    return this.take()
  }

  /** The messages among these. */
  async messages(): Promise<Received<'publish'>[]> {
    return (await this.sync()).filter((packet) => packet.cmd === 'publish')
  }

  async connect(options: ConnectOptions = {}): Promise<Received<'connack'>> {
    this.clientId = options.clientId ?? this.clientId
    this.send(connectPacket(this.version, { ...options, clientId: this.clientId }))
    return (this.connack = await this.next('connack'))
  }

  /** Publishes, and returns once the broker has acknowledged it (QoS 0: has read it). */
  async publish(topic: string, payload: string | Buffer = 'x', options: PublishOptions = {}): Promise<void> {
    const packet = publishPacket(topic, payload, { messageId: this.newId(), ...options })
    this.send(packet)
    const { messageId } = packet
    if (packet.qos === 0) return this.ping()
    if (packet.qos === 1) return void (await this.find('puback', messageId))
    await this.find('pubrec', messageId)
    this.send(acknowledgement('pubrel', messageId!))
    await this.find('pubcomp', messageId)
  }

  async subscribe(filter: string, options: SubscribeOptions = {}): Promise<Received<'suback'>> {
    const { properties, ...each } = options
    const messageId = this.newId()
    this.send({
      cmd: 'subscribe',
      messageId,
      subscriptions: [{ topic: filter, qos: 0, ...each }],
      ...(properties && { properties })
    })
    return this.find('suback', messageId)
  }

  async unsubscribe(...filters: string[]): Promise<Received<'unsuback'>> {
    const messageId = this.newId()
    this.send({ cmd: 'unsubscribe', messageId, unsubscriptions: filters })
    return this.find('unsuback', messageId)
  }

  /** Receives a message and acknowledges it to the end. */
  async receive(): Promise<Received<'publish'>> {
    const message = await this.next('publish')
    if (message.qos === 1) this.send(acknowledgement('puback', message.messageId!))
    if (message.qos === 2) {
      this.send(acknowledgement('pubrec', message.messageId!))
      await this.find('pubrel', message.messageId)
      this.send(acknowledgement('pubcomp', message.messageId!))
    }
    return message
  }

  /** Says goodbye; returns what came before the connection closed. */
  async disconnect(reasonCode = 0, sessionExpiryInterval?: number): Promise<Received[]> {
    const properties = sessionExpiryInterval === undefined ? {} : { properties: { sessionExpiryInterval } }
    this.send({ cmd: 'disconnect', ...(this.version === 5 && { reasonCode, ...properties }) })
    return this.closed()
  }

  /** Ends the connection without a DISCONNECT; returns once the broker knows. */
  async cut(): Promise<void> {
    const ended = once(this.far, 'end')
    this.near.end()
    await ended
  }

  private newId(): number {
    return ++this.lastId
  }

  /** Takes a packet out of the inbox, whatever came before it. */
  private async find<Cmd extends PacketCmd>(cmd: Cmd, messageId?: number): Promise<Received<Cmd>> {
    const at = (): number =>
      this.inbox.findIndex((packet) => packet.cmd === cmd && packet.messageId === messageId)
    await this.until(() => at() >= 0 || this.isClosed)
    if (at() < 0) throw new Error(`The connection closed before ${cmd}: ${JSON.stringify(this.inbox)}`)
    return this.inbox.splice(at(), 1)[0] as Received<Cmd>
  }

  private async ping(): Promise<void> {
    this.write('C0 00')
    await this.find('pingresp')
  }

  private async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => (this.wake = resolve))
  }

  private data(chunk: Buffer): void {
    let bytes = Buffer.concat([this.rest, chunk])
    for (let size = packetSize(bytes); size > 0; size = packetSize(bytes)) {
      this.inbox.push(parse(bytes.subarray(0, size), this.version))
      bytes = bytes.subarray(size)
    }
    this.rest = bytes
    this.wake()
  }
}
