import type { Packet } from 'mqtt'
import type { ProbeSheet, ProbeStep } from '../../shared/contract/probe'

/** How many steps are kept from the beginning and from the end of an item. */
const KEPT_FIRST = 10
const KEPT_LAST = 8
/** Longest text in a field, in characters. */
const LONGEST_TEXT = 80

/** Fields and properties that may be shown: none of them is a secret. */
const shownFields = new Set(
  [
    'protocolVersion clientId clean keepalive sessionPresent returnCode reasonCode topic qos retain messageId dup',
    'sessionExpiryInterval receiveMaximum maximumQoS retainAvailable maximumPacketSize assignedClientIdentifier',
    'topicAliasMaximum topicAlias reasonString wildcardSubscriptionAvailable subscriptionIdentifiersAvailable',
    'sharedSubscriptionAvailable serverKeepAlive messageExpiryInterval subscriptionIdentifier',
    'nl rap rh'
  ].flatMap((names) => names.split(' '))
)

/** Flags that MQTT.js gives to every packet, though only PUBLISH has them (3.1.1, 2.2.2). */
const publishFlags = new Set(['qos', 'retain', 'dup'])

/** The packets of one item, and what they add to the traffic of the whole probe. */
export class Trace {
  private readonly first: ProbeStep[] = []
  private readonly last: ProbeStep[] = []
  private omitted = 0
  private readonly began = performance.now()

  constructor(private readonly traffic: ProbeSheet['traffic']) {}

  connecting(): void {
    this.traffic.connections++
  }

  sent(packet: Packet): void {
    this.traffic.sent++
    this.traffic.bytes += sizeOf(packet)
    this.add('sent', nameOf(packet), fieldsOf(packet))
  }

  /** A message of others is counted and not shown. */
  received(packet: Packet, isOthers: boolean): void {
    this.traffic.received++
    if (!isOthers) this.add('received', nameOf(packet), fieldsOf(packet))
  }

  /** The connection ended without the probe ending it. */
  closed(reason: string): void {
    this.add('received', 'CLOSED', reason === '' ? {} : { reason: cut(reason) })
  }

  /** The kept steps, oldest first. */
  steps(): ProbeStep[] {
    if (this.omitted === 0) return [...this.first, ...this.last]
    const { at } = this.last[0]!
    const gap: ProbeStep = { at, direction: 'omitted', packet: '', fields: { count: this.omitted } }
    return [...this.first, gap, ...this.last]
  }

  private add(direction: 'sent' | 'received', packet: string, fields: ProbeStep['fields']): void {
    const step = { at: round(performance.now() - this.began), direction, packet, fields }
    if (this.first.length < KEPT_FIRST) this.first.push(step)
    else if (this.last.push(step) > KEPT_LAST) {
      this.last.shift()
      this.omitted++
    }
  }
}

/** A duration in ms with the precision that a network allows. */
export function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}

function nameOf({ cmd }: Packet): string {
  return cmd.toUpperCase()
}

function sizeOf(packet: Packet): number {
  if (packet.cmd === 'publish') return Buffer.byteLength(packet.topic) + packet.payload.length
  return packet.cmd === 'connect' ? Buffer.byteLength(packet.clientId) : 0
}

function fieldsOf(packet: Packet): ProbeStep['fields'] {
  const fields: ProbeStep['fields'] = {}
  const show = (of: object): void => {
    for (const [name, value] of Object.entries(of)) {
      if (!shownFields.has(name)) continue
      if (of === packet && packet.cmd !== 'publish' && publishFlags.has(name)) continue
      if (typeof value === 'string') fields[name] = cut(value)
      else if (typeof value === 'number' || typeof value === 'boolean') fields[name] = value
    }
  }
  show(packet)
  if ('properties' in packet && packet.properties) show(packet.properties)
  if (packet.cmd === 'publish') {
    fields['payloadBytes'] = packet.payload.length
    // Only QoS 1 and 2 have a packet identifier.
    if (packet.qos === 0) delete fields['messageId']
  } else if (packet.cmd === 'subscribe') {
    const [subscription] = packet.subscriptions
    if (subscription) {
      show(subscription)
      fields['filter'] = fields['topic'] ?? ''
      delete fields['topic']
    }
  } else if (packet.cmd === 'suback') fields['code'] = Number(packet.granted[0])
  else if (packet.cmd === 'connect' && packet.will) fields['willTopic'] = packet.will.topic
  return fields
}

/** Shows the length of a text that is cut. */
function cut(text: string): string {
  if (text.length <= LONGEST_TEXT) return text
  return `${text.slice(0, LONGEST_TEXT / 2)}… (${Buffer.byteLength(text)} bytes)`
}
