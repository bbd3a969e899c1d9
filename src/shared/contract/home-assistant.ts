import { z } from 'zod'
import { call } from './define'

/** What is wrong with a configuration, or with what it tells of. */
export const HaFault = z.enum([
  /** The payload is not JSON, or not an object. */
  'NOT_JSON',
  /** Beyond what is read. */
  'TOO_LARGE',
  /** Home Assistant needs a state topic for this kind of entity. */
  'NO_STATE_TOPIC',
  /** A component of a device does not say which kind it is. */
  'NO_PLATFORM',
  /** The broker does not retain it: Home Assistant forgets it with its next start. */
  'NOT_RETAINED',
  /** Nothing came on its state topics for a while, or ever. */
  'SILENT'
])
export type HaFault = z.infer<typeof HaFault>

/** null: nobody said, or it cannot be told. */
export const HaAvailability = z.enum(['online', 'offline']).nullable()
export type HaAvailability = z.infer<typeof HaAvailability>

const device = {
  key: z.string(),
  /** null: entities without a device, or (see `broken`) configurations that cannot be read. */
  name: z.string().nullable(),
  broken: z.boolean(),
  entities: z.int(),
  availability: HaAvailability,
  /** Its newest state message, in µs since 1970 UTC; 0: none is known. */
  lastHeard: z.int(),
  /** All that is wrong with it or its entities, each once. */
  faults: z.array(HaFault)
}

/** A device, as a line. */
export const HaDeviceRow = z.object({ ...device, model: z.string().nullable() })
export type HaDeviceRow = z.infer<typeof HaDeviceRow>

/** A part of the devices that discovery tells of. */
export const HaList = z.object({
  /** The share of the configurations that has been read, 0 to 1; null when all have. */
  loading: z.number().nullable(),
  devices: z.int(),
  entities: z.int(),
  /** Devices with a fault. */
  faulty: z.int(),
  /** Devices that fit, and those from `first` on. */
  total: z.int(),
  first: z.int(),
  rows: z.array(HaDeviceRow)
})
export type HaList = z.infer<typeof HaList>

/** An entity, or a configuration that cannot be read. */
export const HaEntityRow = z.object({
  key: z.string(),
  /** Such as `sensor`. */
  component: z.string(),
  name: z.string(),
  uniqueId: z.string().nullable(),
  configTopic: z.string(),
  configId: z.int(),
  stateTopic: z.string().nullable(),
  /** One line: the last value, by its template where that is a simple one; null: none came. */
  value: z.string().nullable(),
  unit: z.string().nullable(),
  /** The message with the value, and when it came (µs since 1970 UTC); 0: none. */
  messageId: z.int(),
  lastHeard: z.int(),
  availability: HaAvailability,
  faults: z.array(HaFault)
})
export type HaEntityRow = z.infer<typeof HaEntityRow>

/** A device with a part of its entities. */
export const HaDevice = z.object({
  ...device,
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  software: z.string().nullable(),
  hardware: z.string().nullable(),
  area: z.string().nullable(),
  /** Who published the configuration, such as `Zigbee2MQTT 2.1.0`. */
  origin: z.string().nullable(),
  total: z.int(),
  first: z.int(),
  rows: z.array(HaEntityRow)
})
export type HaDevice = z.infer<typeof HaDevice>

const Shown = {
  /** The discovery prefix, `homeassistant` unless it was changed. */
  prefix: z.string().min(1),
  /** After so many seconds without a state message a device is silent. */
  silentAfter: z.int().min(1),
  filter: z.string(),
  first: z.int().min(0),
  count: z.int().min(0).max(1_000)
}

/** Which devices are shown. */
export const HaWanted = z.object({ ...Shown, faultyOnly: z.boolean() })
export type HaWanted = z.infer<typeof HaWanted>

/** Which device is shown, and which part of its entities. */
export const HaDeviceWanted = z.object({ ...Shown, key: z.string() })
export type HaDeviceWanted = z.infer<typeof HaDeviceWanted>

const ConnectionId = z.object({ connectionId: z.string() })

export const homeAssistantCalls = {
  /** Devices and entities that Home Assistant's MQTT discovery tells of, from the newest messages of a connection. Reads some ms' worth with each call. */
  'homeAssistant.list': call('connection', ConnectionId.extend(HaWanted.shape), HaList),
  /** null: there is no such device. */
  'homeAssistant.get': call('connection', ConnectionId.extend(HaDeviceWanted.shape), HaDevice.nullable())
}
