import type { Duplex } from 'node:stream'
import { generate, parser as packetParser, type Packet } from 'mqtt-packet'
import type { ConnectionFault } from '../../../shared/contract/connections'
import type { MqttVersion } from '../../../shared/contract/profiles'
import type { Qos } from '../../../shared/message'
import { publishPacket } from './publish-packet'

/** How a device says who it is. */
interface Identity {
  clientId: string
  username: string
  /** null: none. */
  password: string | null
  version: MqttVersion
  /** Seconds; 0: none. */
  keepAlive: number
  /** ms to wait for CONNACK. */
  patience: number
}

interface DeviceEvents {
  online(): void
  /** The attempt failed, or the connection ended. Called once for each `connect`, unless `end` was. */
  lost(fault: ConnectionFault): void
  acknowledged(): void
}

/** Bytes that may wait in a device's socket. Beyond them, its broker does not read, and messages are left out. */
const MOST_WAITING = 65_536

/**
 * An MQTT client that only connects, publishes and says that it is there. A client of MQTT.js takes ten times the memory, and a third of the
 * rate.
 */
export class Device {
  state: 'idle' | 'connecting' | 'online' = 'idle'
  private stream: Duplex | null = null
  private timer: NodeJS.Timeout | null = null
  private packetId = 0
  /** When it last sent something, in ms. */
  private spoke = 0

  constructor(
    private readonly identity: Identity,
    private readonly open: () => Duplex,
    private readonly events: DeviceEvents
  ) {}

  connect(): void {
    const { clientId, username, password, version, keepAlive, patience } = this.identity
    this.state = 'connecting'
    const stream = this.open()
    this.stream = stream
    this.timer = setTimeout(() => this.lose({ kind: 'timeout', milliseconds: patience }), patience)
    const protocolVersion = version
    const parser = packetParser({ protocolVersion })
    parser.on('packet', (packet: Packet) => this.take(packet))
    parser.on('error', (error: Error) => this.lose({ kind: 'protocol', message: error.message }))
    stream.on('data', (bytes: Buffer) => void parser.parse(bytes))
    stream.on('error', (error: NodeJS.ErrnoException) =>
      this.lose({ kind: 'network', code: error.code ?? '', message: error.message })
    )
    stream.on('close', () => this.lose({ kind: 'closed', beforeConnack: this.state !== 'online' }))
    // Before it is connected, the stream keeps it.
    this.write({
      ...{ cmd: 'connect', protocolId: version === 3 ? 'MQIsdp' : 'MQTT', protocolVersion },
      ...{ clientId, clean: true, keepalive: keepAlive },
      ...(username !== '' && { username }),
      ...(password !== null && (username !== '' || version === 5) && { password: Buffer.from(password) })
    })
  }

  /** Sends a message; false: there is no connection, or it does not take more. */
  publish(topic: string, payload: Uint8Array, qos: Qos, retain: boolean, now: number): boolean {
    const { stream } = this
    if (this.state !== 'online' || !stream || stream.writableLength > MOST_WAITING) return false
    if (qos > 0) this.packetId = (this.packetId % 65_535) + 1
    stream.write(publishPacket(topic, payload, qos, retain, this.packetId, this.identity.version))
    this.spoke = now
    return true
  }

  /** Keeps the connection alive [MQTT-3.1.2-22]; call about once a second. */
  keepAlive(now: number): void {
    const { keepAlive } = this.identity
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
      stream.end(generate({ cmd: 'disconnect' }, { protocolVersion: this.identity.version }))
    // A broker that does not close must not keep it.
    setTimeout(() => stream.destroy(), 1_000).unref()
  }

  private take(packet: Packet): void {
    switch (packet.cmd) {
      case 'connack': {
        const { version } = this.identity
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
      default:
    }
  }

  private write(packet: Packet): void {
    this.stream?.write(generate(packet, { protocolVersion: this.identity.version }))
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
