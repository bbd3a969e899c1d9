import { z } from 'zod'
import { Qos } from '../message'
import { PayloadFormat } from './collections'
import { TemplateFault } from './template-fault'
import { ConnectionFault } from './connections'
import { call } from './define'
import { Lateness } from './schedules'

/** The most clients of one simulator. */
export const MOST_CLIENTS = 10_000

/** A message that every device publishes again and again. Topic and payload are templates. */
export const SimulatedMessage = z.object({
  topic: z.string(),
  payload: z.string(),
  format: PayloadFormat,
  qos: Qos,
  retain: z.boolean(),
  /** ms from one to the next of the same device. */
  every: z.string()
})
export type SimulatedMessage = z.infer<typeof SimulatedMessage>

/** Many devices from one template, as they are typed. */
export const SavedSimulator = z.object({
  /** How many. */
  clients: z.string(),
  /** Templates, of each device. */
  clientId: z.string(),
  username: z.string(),
  password: z.string(),
  /** Seconds in which they connect, one after the other. */
  rampUp: z.string(),
  /** Seconds from its start; empty: until it is stopped. */
  duration: z.string(),
  /** A CSV or JSON file in the collection: each device has the columns of one row as variables. Empty: none. */
  devices: z.string(),
  messages: z.array(SimulatedMessage).max(50, 'TOO_MANY')
})
export type SavedSimulator = z.infer<typeof SavedSimulator>

export const emptySimulatedMessage: SimulatedMessage = {
  topic: '',
  payload: '',
  format: 'text',
  qos: 0,
  retain: false,
  every: '1000'
}

export const emptySimulator: SavedSimulator = {
  clients: '10',
  clientId: '',
  username: '',
  password: '',
  rampUp: '',
  duration: '',
  devices: '',
  messages: []
}

/** What is wrong with a simulator: its field, such as `messages.0.every`, with a code or the fault of a template in it. */
export const SimulatorFault = z.object({
  field: z.string(),
  code: z.enum([
    'CLIENTS',
    'CLIENT_ID',
    'SAME_IDS',
    'RAMP_UP',
    'DURATION',
    'NO_MESSAGES',
    'EVERY',
    'TEMPLATE'
  ]),
  template: TemplateFault.nullable()
})
export type SimulatorFault = z.infer<typeof SimulatorFault>

export const SimulatorStatus = z.object({
  id: z.string(),
  collection: z.string(),
  path: z.string(),
  name: z.string(),
  target: z.object({ id: z.string(), name: z.string() }),
  /** `connecting`: not every device has tried to connect yet. */
  state: z.enum(['connecting', 'running', 'ended']),
  end: z.enum(['duration', 'stopped', 'crashed']).nullable(),
  /** ms since 1970 UTC. */
  startedAt: z.number(),
  endedAt: z.number().nullable(),
  clients: z.int(),
  connected: z.int(),
  connecting: z.int(),
  /** Without a connection; each tries again. */
  failed: z.int(),
  /** Why connections failed or ended, the most frequent first. */
  failures: z.array(z.object({ fault: ConnectionFault, count: z.int() })),
  /** Messages a second that are asked of all devices, and that were sent in the last seconds. */
  asked: z.number(),
  rate: z.number(),
  /** Mean rate since all devices had tried to connect, and for how long, in ms; null: they have not. */
  held: z.object({ rate: z.number(), milliseconds: z.number() }).nullable(),
  sent: z.int(),
  /** QoS 1 and 2 messages that the broker acknowledged. */
  acknowledged: z.int(),
  /** Messages that were due and not sent: the device had no connection, or its broker did not read. */
  missed: z.int(),
  lateness: Lateness
})
export type SimulatorStatus = z.infer<typeof SimulatorStatus>

const OfSimulator = z.object({ collection: z.string(), path: z.string().min(1) })

export const simulatorCalls = {
  /** null: the file is not one that can be used; its faults are in the list. */
  'collections.simulator': call('main', OfSimulator, SavedSimulator.nullable()),
  'collections.createSimulator': call(
    'main',
    z.object({
      collection: z.string(),
      parent: z.string(),
      name: z.string().trim().min(1).max(200),
      simulator: SavedSimulator
    }),
    z.object({ path: z.string() })
  ),
  'collections.saveSimulator': call('main', OfSimulator.extend({ simulator: SavedSimulator }), z.void()),
  /** What is wrong with it, and the first device's client id and messages, with secrets masked. */
  'simulators.preview': call(
    'main',
    OfSimulator.extend({ simulator: SavedSimulator }),
    z.object({
      faults: z.array(SimulatorFault),
      clientId: z.string(),
      messages: z.array(z.object({ topic: z.string(), payload: z.string() })),
      /** Messages a second of all devices. */
      asked: z.number(),
      /** Columns of the devices' file. */
      columns: z.array(z.string())
    })
  ),
  /**
   * Starts it as it is given, into the broker of a profile; the local broker is started if need be. Returns the faults for which it was not
   * started. Throws NOT_FOUND and the errors of `broker.start`.
   */
  'simulators.start': call(
    'main',
    OfSimulator.extend({ profileId: z.string(), simulator: SavedSimulator }),
    z.object({ faults: z.array(SimulatorFault) })
  ),
  /** Those that go on, and the last ones that ended, oldest first. */
  'simulators.list': call('main', z.void(), z.array(SimulatorStatus)),
  /** null: all. */
  'simulators.stop': call('main', z.object({ id: z.string().nullable() }), z.void()),
  /** Removes the report of one that has ended; null: all of them. */
  'simulators.dismiss': call('main', z.object({ id: z.string().nullable() }), z.void())
}

export const simulatorEvents = {
  /** Twice a second while any goes on. */
  'simulators.changed': z.array(SimulatorStatus)
}
