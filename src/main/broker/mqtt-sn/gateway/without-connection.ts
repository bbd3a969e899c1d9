import type { SnPublish } from '../codec/packet'
import { MqttLine } from './mqtt-line'
import type { SnParts } from './parts'

/** The client id under which messages without a connection reach the broker and its access rules. */
export const SHARED_CLIENT_ID = 'mqtt-sn-qos-minus-1'

/** Bytes that may wait for the broker. */
const MOST_WAITING = 1_000_000
/** How long a refused connection stays away, in ms. */
const PAUSE = 1_000

/** Publishes what comes at QoS -1 (MQTT-SN 1.2, 6.8), through one connection for all senders. */
export class WithoutConnection {
  private line: MqttLine | null = null
  private closedAt = -Infinity

  constructor(
    private readonly parts: SnParts,
    private readonly predefined: ReadonlyMap<number, string>
  ) {}

  /** Only predefined ids and short names mean the same to everybody (6.8). */
  publish({ topic, payload, retain }: SnPublish): void {
    const { dropped } = this.parts.counts
    if (topic.kind === 'normal') return void dropped['unknown topic']++
    const name = topic.kind === 'short' ? topic.name : this.predefined.get(topic.id)
    if (name === undefined) return void dropped['unknown topic']++
    const line = this.open()
    if (!line || line.waiting > MOST_WAITING) return void dropped.congestion++
    line.publish({ topic: name, payload, qos: 0, retain, packetId: 0 }, false)
  }

  close(): void {
    this.line?.disconnect()
    this.line = null
  }

  private open(): MqttLine | null {
    const { broker, clock, listener } = this.parts
    if (this.line || clock.now() - this.closedAt < PAUSE) return this.line
    const nothing = (): void => undefined
    this.line = new MqttLine(broker, 'MQTT-SN, QoS -1', listener, {
      connack: nothing,
      message: nothing,
      acknowledged: nothing,
      suback: nothing,
      unsuback: nothing,
      pingresp: nothing,
      closed: () => {
        this.line = null
        this.closedAt = clock.now()
      }
    })
    this.line.connect(SHARED_CLIENT_ID, true, 0, null)
    return this.line
  }
}
