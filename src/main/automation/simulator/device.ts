import type { Duplex } from 'node:stream'
import { generate, parser as packetParser, type IConnectPacket, type Packet } from 'mqtt-packet'
import type { ConnectionFault } from '../../../shared/contract/connections'
import type { Profile } from '../../../shared/contract/profiles'
import type { Qos } from '../../../shared/message'
import { answerTo } from '../../mqtt/authentication'
import { faultOf } from '../../mqtt/faults'
import { ScramClient } from '../../mqtt/scram'
import { publishPacket } from './publish-packet'

/** How a device says who it is. */
interface Identity {
  clientId: string
  username: string
  /** null: none. */
  password: string | null
}

interface DeviceEvents {
  online(): void
  /** The attempt failed, or the connection ended. Called once for each `connect`, unless `end` was. */
  lost(fault: ConnectionFault): void
  acknowledged(): void
}

/** Bytes that may wait in a device's socket. Beyond them, its broker does not read, and messages are left out. */
const MOST_WAITING = 65_536

/** An MQTT client that only connects, publishes and says that it is there: thousands of them fit into one thread. */
export class Device {
  state: 'idle' | 'connecting' | 'online' = 'idle'
  private stream: Duplex | null = null
  private timer: NodeJS.Timeout | null = null
  private packetId = 0
  /** When it last sent something, in ms. */
  private spoke = 0

  /** What it proves that it knows the password with; null: it sends the password. */
  private exchange: ScramClient | null = null

  constructor(
    private readonly profile: Profile,
    private readonly identity: Identity,
    private readonly open: () => Duplex,
    private readonly events: DeviceEvents
  ) {}

  connect(): void {
    const { version: protocolVersion, keepAlive: keepalive, connectTimeout } = this.profile
    const milliseconds = connectTimeout * 1_000
    this.state = 'connecting'
    const stream = this.open()
    this.stream = stream
    this.timer = setTimeout(() => this.lose({ kind: 'timeout', milliseconds }), milliseconds)
    const parser = packetParser({ protocolVersion })
    parser.on('packet', (packet: Packet) => this.take(packet))
    parser.on('error', (error: Error) => this.lose({ kind: 'protocol', message: error.message }))
    stream.on('data', (bytes: Buffer) => void parser.parse(bytes))
    stream.on('error', (error: Error) => this.fail(error))
    stream.on('close', () => this.lose({ kind: 'closed', beforeConnack: this.state !== 'online' }))
    try {
      // Before it is connected, the stream keeps it.
      this.write({
        ...{ cmd: 'connect', protocolId: protocolVersion === 3 ? 'MQIsdp' : 'MQTT', protocolVersion },
        ...{ clientId: this.identity.clientId, clean: true, keepalive },
        ...this.credentials()
      })
    } catch (error) {
      this.fail(error as Error)
    }
  }

  /** Throws ScramError. */
  private credentials(): Pick<IConnectPacket, 'username' | 'password' | 'properties'> {
    const { version, authentication } = this.profile
    const { username, password } = this.identity
    if (version === 5 && authentication !== 'password') {
      this.exchange = new ScramClient(authentication, username, password ?? '')
      const { first } = this.exchange
      return { properties: { authenticationMethod: authentication, authenticationData: first } }
    }
    return {
      ...(username !== '' && { username }),
      ...(password !== null && (username !== '' || version === 5) && { password: Buffer.from(password) })
    }
  }

  /** Sends a message; false: there is no connection, or it does not take more. */
  publish(topic: string, payload: Uint8Array, qos: Qos, retain: boolean, now: number): boolean {
    const { stream } = this
    if (this.state !== 'online' || !stream || stream.writableLength > MOST_WAITING) return false
    if (qos > 0) this.packetId = (this.packetId % 65_535) + 1
    stream.write(publishPacket(topic, payload, qos, retain, this.packetId, this.profile.version))
    this.spoke = now
    return true
  }

  /** Keeps the connection alive [MQTT-3.1.2-22]; call about once a second. */
  keepAlive(now: number): void {
    const { keepAlive } = this.profile
    if (this.state !== 'online' || keepAlive === 0 || now - this.spoke < keepAlive * 750) return
    this.spoke = now
    this.write({ cmd: 'pingreq' })
  }

  /** Says DISCONNECT and ends. */
  end(): void {
    const { stream } = this
    if (!stream) return
    this.forget()
    if (stream.writable)
      stream.end(generate({ cmd: 'disconnect' }, { protocolVersion: this.profile.version }))
    // A broker that does not close must not keep it.
    setTimeout(() => stream.destroy(), 1_000).unref()
  }

  private take(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack': {
        const { version } = this.profile
        const code = (version === 5 ? packet.reasonCode : packet.returnCode) ?? 0
        const reasonString = packet.properties?.reasonString ?? null
        // MQTT 5 refuses with reason codes from 0x80. A lower one comes from a broker that does not support MQTT 5.
        if (code !== 0)
          return this.lose({
            kind: 'connack',
            version: version === 5 && code < 0x80 ? 4 : version,
            code,
            reasonString
          })
        try {
          this.exchange?.verify(packet.properties?.authenticationData)
        } catch (error) {
          return this.fail(error as Error)
        }
        if (this.timer) clearTimeout(this.timer)
        this.timer = null
        this.state = 'online'
        this.spoke = performance.now()
        return this.events.online()
      }
      case 'puback':
      case 'pubcomp':
        return this.events.acknowledged()
      case 'pubrec':
        if ((packet.reasonCode ?? 0) < 0x80) this.write({ cmd: 'pubrel', messageId: packet.messageId ?? 0 })
        return
      case 'disconnect':
        return this.lose({
          ...{ kind: 'disconnect', code: packet.reasonCode ?? 0 },
          reasonString: packet.properties?.reasonString ?? null
        })
      case 'auth':
        return void this.prove(packet.properties?.authenticationData)
      case 'connect':
      case 'pingreq':
      case 'pingresp':
      case 'publish':
      case 'pubrel':
      case 'suback':
      case 'subscribe':
      case 'unsuback':
      case 'unsubscribe':
    }
  }

  private async prove(data: Buffer | undefined): Promise<void> {
    const { stream, exchange } = this
    const { authentication } = this.profile
    if (!exchange || authentication === 'password') return
    try {
      const packet = await answerTo(exchange, authentication, data)
      if (this.stream === stream) this.write(packet)
    } catch (error) {
      if (this.stream === stream) this.fail(error as Error)
    }
  }

  private fail(error: Error): void {
    this.lose(faultOf(error, this.profile, this.state === 'online'))
  }

  private write(packet: Packet): void {
    this.stream?.write(generate(packet, { protocolVersion: this.profile.version }))
  }

  private lose(fault: ConnectionFault): void {
    const { stream } = this
    if (!stream) return
    this.forget()
    stream.destroy()
    this.events.lost(fault)
  }

  private forget(): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    this.stream?.removeAllListeners('close').removeAllListeners('data').removeAllListeners('error')
    this.stream?.on('error', () => undefined)
    this.stream = null
    this.state = 'idle'
  }
}
