import { z } from 'zod'
import { call } from './define'

/** A topic id that gateway and clients agree on beforehand (MQTT-SN 1.2, 6.7). 0x0000 and 0xffff are reserved. */
export const PredefinedTopic = z.object({
  id: z.number().int().min(1).max(65_534),
  topic: z.string().min(1).max(1_000)
})
export type PredefinedTopic = z.infer<typeof PredefinedTopic>

/** What the MQTT-SN listeners share. */
export const SnSettings = z.object({
  gatewayId: z.number().int().min(0).max(255),
  /** Seconds between two ADVERTISE messages, which are multicast in the local network; null: none are sent. */
  advertise: z.number().int().min(10).max(65_535).nullable(),
  predefined: z.array(PredefinedTopic).max(10_000)
})
export type SnSettings = z.infer<typeof SnSettings>

export const defaultSnSettings: SnSettings = { gatewayId: 1, advertise: null, predefined: [] }

/** A short name of these settings, which differs when they do. */
export function snSettingsKey(settings: SnSettings): string {
  const { gatewayId, advertise, predefined } = settings
  const text = JSON.stringify([gatewayId, advertise, predefined.map(({ id, topic }) => [id, topic])])
  // FNV-1a
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return `${text.length}-${hash >>> 0}`
}

/**
 * Why the gateway dropped a datagram:
 * - `malformed`: it is no message of MQTT-SN 1.2
 * - `version`: it is a CONNECT of another version, such as 2.0
 * - `not connected`: its sender has not connected
 * - `unexpected`: a message that nobody waits for, such as a second acknowledgement
 * - `unknown topic`: its topic id stands for nothing
 * - `congestion`: the broker does not keep up
 * - `too many clients`: one address, or all together, have too many
 * - `undeliverable`: a message for a client that does not fit into a datagram, or whose topic the client refused
 */
export const SnDropCause = z.enum([
  'malformed',
  'version',
  'not connected',
  'unexpected',
  'unknown topic',
  'congestion',
  'too many clients',
  'undeliverable'
])
export type SnDropCause = z.infer<typeof SnDropCause>

/** What went through an MQTT-SN listener since it opened. */
export const SnListenerCounts = z.object({
  host: z.string(),
  port: z.number().int(),
  clients: z.number().int(),
  datagramsReceived: z.number().int(),
  datagramsSent: z.number().int(),
  bytesReceived: z.number(),
  bytesSent: z.number(),
  dropped: z.record(SnDropCause, z.number().int())
})
export type SnListenerCounts = z.infer<typeof SnListenerCounts>

export const mqttSnCalls = {
  /** The counts of each MQTT-SN listener. */
  'broker.sn': call('broker', z.void(), z.array(SnListenerCounts))
}
