import { z } from 'zod'
import { call } from './define'

/** A fault of a discovery configuration, or of the entity it describes. */
export const HaFault = z.enum([
  /** The payload is not JSON, or not an object. */
  'NOT_JSON',
  /** The payload exceeds the size limit. */
  'TOO_LARGE',
  /** Home Assistant requires a state topic for this kind of entity. */
  'NO_STATE_TOPIC',
  /** A device's component does not name its platform. */
  'NO_PLATFORM',
  /** The broker does not retain the configuration, so Home Assistant forgets it at its next restart. */
  'NOT_RETAINED',
  /** No message on its state topics for some time, or ever. */
  'SILENT'
])
export type HaFault = z.infer<typeof HaFault>

/** null: not reported, or it cannot be determined. */
export const HaAvailability = z.enum(['online', 'offline']).nullable()
export type HaAvailability = z.infer<typeof HaAvailability>

const device = {
  key: z.string(),
  /** null: the group of entities without a device, or of unreadable configurations (`broken`). */
  name: z.string().nullable(),
  broken: z.boolean(),
  manufacturer: z.string().nullable(),
  model: z.string().nullable(),
  entities: z.int(),
  availability: HaAvailability,
  /** Time of its newest state message, in µs since 1970 UTC; 0: none known. */
  lastHeard: z.int(),
  /** The distinct faults of the device and its entities. */
  faults: z.array(HaFault)
}

/** A device as a row. */
export const HaDeviceRow = z.object(device)
export type HaDeviceRow = z.infer<typeof HaDeviceRow>

/** A part of the devices found by discovery. */
export const HaList = z.object({
  /** Share of the configurations read so far, 0 to 1; null: all of them. */
  loading: z.number().nullable(),
  devices: z.int(),
  entities: z.int(),
  /** Devices with a fault. */
  faulty: z.int(),
  /** Configurations left out for lack of memory. */
  leftOut: z.int(),
  /** Number of matching devices; `rows` holds those from `first` on. */
  total: z.int(),
  first: z.int(),
  rows: z.array(HaDeviceRow)
})
export type HaList = z.infer<typeof HaList>

/** An entity, or an unreadable configuration. */
export const HaEntityRow = z.object({
  key: z.string(),
  /** For example `sensor`. */
  component: z.string(),
  name: z.string(),
  uniqueId: z.string().nullable(),
  configTopic: z.string(),
  configId: z.int(),
  stateTopic: z.string().nullable(),
  /** The last value in one line, with its template applied if that is simple; null: none received. */
  value: z.string().nullable(),
  unit: z.string().nullable(),
  /** The message that carried the value, and when it was received (µs since 1970 UTC); 0: none. */
  messageId: z.int(),
  lastHeard: z.int(),
  availability: HaAvailability,
  faults: z.array(HaFault)
})
export type HaEntityRow = z.infer<typeof HaEntityRow>

/** A device with a part of its entities. */
export const HaDevice = z.object({
  ...device,
  software: z.string().nullable(),
  hardware: z.string().nullable(),
  area: z.string().nullable(),
  /** The software that published the configuration, such as `Zigbee2MQTT 2.1.0`. */
  origin: z.string().nullable(),
  total: z.int(),
  first: z.int(),
  rows: z.array(HaEntityRow)
})
export type HaDevice = z.infer<typeof HaDevice>

const Shown = {
  /** The discovery prefix; `homeassistant` by default. */
  prefix: z.string().min(1),
  /** A device is silent after this many seconds without a state message. */
  silentAfter: z.int().min(1),
  filter: z.string(),
  first: z.int().min(0),
  count: z.int().min(0).max(1_000)
}

/** Which devices to return. */
export const HaWanted = z.object({ ...Shown, faultyOnly: z.boolean() })
export type HaWanted = z.infer<typeof HaWanted>

/** Which device, and which part of its entities, to return. */
export const HaDeviceWanted = z.object({ ...Shown, key: z.string() })
export type HaDeviceWanted = z.infer<typeof HaDeviceWanted>

const ConnectionId = z.object({ connectionId: z.string() })

export const homeAssistantCalls = {
  /** Devices and entities announced by Home Assistant's MQTT discovery in a connection's newest messages. Each call reads for a few ms. */
  'homeAssistant.list': call('connection', ConnectionId.extend(HaWanted.shape), HaList),
  /** null: no such device. */
  'homeAssistant.get': call('connection', ConnectionId.extend(HaDeviceWanted.shape), HaDevice.nullable())
}
