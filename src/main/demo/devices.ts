import mqtt, { type MqttClient } from 'mqtt'
import { devices, PRESS_AWAY, PRESS_FAILS_EVERY, type DemoDevice, type DemoMessage } from './plant'

const LONGEST_CONNECT = 5_000

/** The broker that the devices connect to, and how they identify themselves to it. */
interface DemoBroker {
  host: string
  port: number
  login: { user: string; password: string }
}

/** The demo plant: real MQTT clients that publish to a broker. */
export class DemoDevices {
  private clients: MqttClient[] = []
  private timers: NodeJS.Timeout[] = []
  private readonly listeners = new Set<() => void>()

  get running(): boolean {
    return this.clients.length > 0
  }

  /** Whether a client id belongs to one of the devices. */
  isDevice(clientId: string): boolean {
    return devices.some((device) => device.clientId === clientId)
  }

  /** Connects every device to the broker; does nothing if they are running. */
  async start(broker: DemoBroker): Promise<void> {
    if (this.running) return
    this.clients = devices.map((device) => this.connect(device, broker))
    this.tell()
    const connected = this.clients.map((client) => new Promise((resolve) => client.once('connect', resolve)))
    const late = new Promise((resolve) => setTimeout(resolve, LONGEST_CONNECT).unref())
    await Promise.race([Promise.all(connected), late])
  }

  /** Disconnects the devices; their wills are not published. */
  async stop(): Promise<void> {
    if (!this.running) return
    const { clients } = this
    this.clients = []
    for (const timer of this.timers) clearInterval(timer)
    this.timers = []
    this.tell()
    await Promise.all(clients.map((client) => client.endAsync(!client.connected)))
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private connect(device: DemoDevice, { host, port, login }: DemoBroker): MqttClient {
    const { will, version, clientId, every } = device
    const client = mqtt.connect({
      host,
      port,
      clientId,
      username: login.user,
      password: login.password,
      protocolVersion: version,
      reconnectPeriod: 2_000,
      ...(will && { will: { ...will, payload: Buffer.from(will.payload), qos: 1 as const, retain: true } })
    })
    const publish = (message: DemoMessage): void => send(client, version, message)
    client.on('connect', () => device.born.forEach(publish))
    // The broker is gone: ignore the error, the client reconnects by itself.
    client.on('error', () => undefined)
    const started = Date.now()
    let count = 0
    this.timers.push(
      setInterval(() => {
        if (client.connected) device.messagesAt((Date.now() - started) / 1_000, ++count).forEach(publish)
      }, every)
    )
    if (will) this.timers.push(setInterval(() => fail(client), PRESS_FAILS_EVERY * 1_000))
    return client
  }

  private tell(): void {
    for (const listener of this.listeners) listener()
  }
}

function send(client: MqttClient, version: 4 | 5, message: DemoMessage): void {
  const { topic, payload, qos, retain, contentType } = message
  const properties = version === 5 && contentType ? { properties: { contentType } } : {}
  const bytes = typeof payload === 'string' ? payload : Buffer.from(payload)
  client.publish(topic, bytes, { qos, retain, ...properties }, () => undefined)
}

/** Drops the connection without DISCONNECT, so that the broker publishes the device's will; the device then reconnects. */
function fail(client: MqttClient): void {
  if (!client.connected) return
  client.options.reconnectPeriod = PRESS_AWAY * 1_000
  client.stream.destroy()
}
