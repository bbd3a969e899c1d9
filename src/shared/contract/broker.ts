import { z } from 'zod'
import { Qos } from '../message'
import { call } from './define'
import { MqttVersion } from './profiles'

/** The local broker. */
export const BrokerStatus = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('stopped'),
    /** Why it crashed and was not restarted; null if it was stopped or never started. */
    fault: z.object({ message: z.string() }).nullable()
  }),
  z.object({
    state: z.literal('running'),
    host: z.string(),
    port: z.number().int(),
    /** ms since 1970 UTC. */
    since: z.number(),
    clients: z.number().int(),
    /** Messages per second, published to the broker and sent to subscribers. */
    rateIn: z.number(),
    rateOut: z.number(),
    /** The demo devices are publishing. */
    demo: z.boolean()
  })
])
export type BrokerStatus = z.infer<typeof BrokerStatus>

export const BrokerClient = z.object({
  id: z.string(),
  version: MqttVersion,
  /** The client's `address:port`. */
  address: z.string(),
  /** Seconds. */
  keepAlive: z.number().int(),
  clean: z.boolean(),
  /** ms since 1970 UTC. */
  connectedAt: z.number(),
  subscriptions: z.array(z.object({ filter: z.string(), qos: Qos })),
  /** Messages from the client, and to it. */
  received: z.number().int(),
  sent: z.number().int()
})
export type BrokerClient = z.infer<typeof BrokerClient>

export const brokerCalls = {
  'broker.status': call('main', z.void(), BrokerStatus),
  /**
   * Starts the local broker at the address in the settings, or on the given port (which the settings then store), and opens
   * the local connection to it. Throws PORT_IN_USE, PORT_DENIED, ADDRESS_UNAVAILABLE.
   */
  'broker.start': call(
    'main',
    z.object({ port: z.number().int().min(1).max(65_535).optional() }),
    BrokerStatus
  ),
  'broker.stop': call('main', z.void(), BrokerStatus),
  /** Every connected client. Throws BROKER_NOT_RUNNING. */
  'broker.clients': call('main', z.void(), z.array(BrokerClient)),
  /** Closes a client's connection (MQTT 5: DISCONNECT 0x98, administrative action). */
  'broker.kick': call('main', z.object({ clientId: z.string() }), z.void()),
  /** Starts the broker if needed, then the demo devices. */
  'demo.start': call('main', z.void(), BrokerStatus),
  'demo.stop': call('main', z.void(), BrokerStatus)
}

export const brokerEvents = {
  /** Sent on every change, and once a second while the broker runs. */
  'broker.changed': BrokerStatus,
  /** The broker crashed. `restarted`: a new one runs in its place; if not, the status says why. */
  'broker.crashed': z.object({ message: z.string(), restarted: z.boolean() })
}
