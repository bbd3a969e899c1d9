import type { Broker } from './core/broker'
import type { Clock } from './core/clock'
import type { Traffic } from './core/traffic'
import { MovingAverages } from './moving-averages'
import { memoryInUse } from './thread-load'

/** ms between two looks, as with Mosquitto. */
const EVERY = 10_000

/** What is averaged, by its name in `$SYS/broker/load/`. */
const loads: Record<string, (traffic: Traffic) => number> = {
  'messages/received': (traffic) => traffic.packetsReceived,
  'messages/sent': (traffic) => traffic.packetsSent,
  'publish/received': (traffic) => traffic.messagesReceived,
  'publish/sent': (traffic) => traffic.messagesSent,
  'publish/dropped': (traffic) => traffic.dropped,
  'bytes/received': (traffic) => traffic.bytesReceived,
  'bytes/sent': (traffic) => traffic.bytesSent,
  sockets: (traffic) => traffic.connections,
  connections: (traffic) => traffic.connects
}

/**
 * Publishes the broker's state under `$SYS/broker/`, with the names and forms that Mosquitto gives it (mosquitto(8), "Broker status"), so
 * that panels made for Mosquitto work. A value is published when it has changed.
 */
export class SysTopics {
  private readonly told = new Map<string, string>()
  private readonly averages = new Map(Object.keys(loads).map((name) => [name, new MovingAverages()]))
  private startedAt = 0
  private lookedAt = 0
  private largestHeap = 0
  private cancel: () => void = () => undefined

  constructor(
    private readonly broker: Broker,
    private readonly clock: Clock,
    /** The program and its version. */
    private readonly version: string
  ) {}

  start(): void {
    this.startedAt = this.lookedAt = this.clock.now()
    this.look()
  }

  stop(): void {
    this.cancel()
  }

  private look(): void {
    const now = this.clock.now()
    for (const [name, averages] of this.averages)
      averages.add(loads[name]!(this.broker.traffic), (now - this.lookedAt) / 1_000)
    this.lookedAt = now
    for (const [name, value] of Object.entries(this.values(now))) this.tell(name, String(value))
    for (const [name, averages] of this.averages)
      for (const [span, value] of averages.all()) this.tell(`load/${name}/${span}min`, value.toFixed(2))
    this.cancel = this.clock.after(EVERY, () => this.look())
  }

  private tell(name: string, value: string): void {
    if (this.told.get(name) === value) return
    this.told.set(name, value)
    this.broker.announce(`$SYS/broker/${name}`, value)
  }

  private values(now: number): Record<string, string | number> {
    const { traffic, sessions, retained, subscriptions, clientCount, backlog } = this.broker
    const absent = sessions.absentCount
    const count = retained.count + backlog.waiting + backlog.inFlight
    const bytes = retained.bytes + backlog.waitingBytes
    const inUse = memoryInUse()
    this.largestHeap = Math.max(this.largestHeap, inUse)
    return {
      version: this.version,
      uptime: `${Math.floor((now - this.startedAt) / 1_000)} seconds`,
      'clients/total': clientCount + absent,
      'clients/connected': clientCount,
      'clients/active': clientCount,
      'clients/disconnected': absent,
      'clients/inactive': absent,
      'clients/maximum': traffic.mostClients,
      'clients/expired': traffic.sessionsExpired,
      'messages/received': traffic.packetsReceived,
      'messages/sent': traffic.packetsSent,
      'messages/stored': count,
      'store/messages/count': count,
      'store/messages/bytes': bytes,
      'publish/messages/received': traffic.messagesReceived,
      'publish/messages/sent': traffic.messagesSent,
      'publish/messages/dropped': traffic.dropped,
      'publish/bytes/received': traffic.payloadReceived,
      'publish/bytes/sent': traffic.payloadSent,
      'bytes/received': traffic.bytesReceived,
      'bytes/sent': traffic.bytesSent,
      'retained messages/count': retained.count,
      'subscriptions/count': subscriptions.count,
      'shared_subscriptions/count': subscriptions.shareCount,
      'heap/current': inUse,
      'heap/maximum': this.largestHeap
    }
  }
}
