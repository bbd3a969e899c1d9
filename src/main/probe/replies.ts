import type { IClientPublishOptions, MqttClient } from 'mqtt'
import type { ProbeAnswer } from '../../shared/contract/probe'
import type { Qos } from '../../shared/message'
import { FIRST_FAILURE } from '../../shared/mqtt-codes'

/** How a broker answered SUBSCRIBE or PUBLISH; `code` is a granted QoS, a reason code, or 0 where the version has none. */
export interface Reply {
  code: number
  reasonString: string | null
  packet: ProbeAnswer['packet']
  /** ms since it was sent. */
  milliseconds: number
}

/** Options of MQTT 5 are ignored before. */
export interface SubscribeOptions {
  qos?: Qos
  /** No Local. */
  nl?: boolean
  /** Retain As Published. */
  rap?: boolean
  /** Retain Handling. */
  rh?: 0 | 1 | 2
  /** Subscription Identifier. */
  identifier?: number
}

/** Properties are ignored before MQTT 5. */
export interface PublishOptions {
  qos: Qos
  retain?: boolean
  properties?: NonNullable<IClientPublishOptions['properties']>
}

/** Sends SUBSCRIBE with one filter and resolves with the SUBACK. */
export function subscribeReply(
  client: MqttClient,
  filter: string,
  { qos = 0, nl = false, rap = false, rh = 0, identifier }: SubscribeOptions
): Promise<Reply> {
  const properties = identifier === undefined ? {} : { properties: { subscriptionIdentifier: identifier } }
  const options = isVersion5(client) ? { qos, nl, rap, rh, ...properties } : { qos }
  const sent = performance.now()
  return new Promise((resolve, reject) => {
    client.subscribe(filter, options, (error, _granted, packet) => {
      const suback = packet ?? (error as { packet?: typeof packet } | null)?.packet
      const code = suback?.granted[0]
      if (typeof code !== 'number') return reject(error ?? new Error('SUBACK without a code'))
      const reasonString = suback?.properties?.reasonString ?? null
      resolve({ packet: 'SUBACK', code, reasonString, milliseconds: performance.now() - sent })
    })
  })
}

/** Sends PUBLISH and resolves when the handshake is complete, refused, or not needed. */
export function publishReply(
  client: MqttClient,
  topic: string,
  payload: string | Buffer,
  { properties, ...rest }: PublishOptions
): Promise<Reply> {
  const options = isVersion5(client) && properties ? { ...rest, properties } : rest
  const sent = performance.now()
  return new Promise((resolve, reject) => {
    client.publish(topic, payload, options, (error, packet) => {
      const milliseconds = performance.now() - sent
      const name = rest.qos === 2 ? 'PUBREC' : 'PUBACK'
      if (!error) return resolve({ packet: name, code: 0, reasonString: null, milliseconds })
      const { code } = error as { code?: unknown }
      if (typeof code !== 'number' || code < FIRST_FAILURE) return reject(error)
      // MQTT.js passes the refusing packet, contrary to its types.
      const reasonString = (packet as Refusing | undefined)?.properties?.reasonString ?? null
      resolve({ packet: name, code, reasonString, milliseconds })
    })
  })
}

interface Refusing {
  properties?: { reasonString?: string }
}

function isVersion5({ options }: MqttClient): boolean {
  return options.protocolVersion === 5
}
