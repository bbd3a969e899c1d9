import type { HaFault } from '../../shared/contract/home-assistant'

/** A topic that reports whether an entity is available. */
export interface AvailabilityTopic {
  topic: string
  online: string
  offline: string
  template: string | null
}

/** An entity of a configuration. */
export interface HaEntity {
  /** Unique within its configuration. */
  key: string
  component: string
  name: string
  uniqueId: string | null
  unit: string | null
  /** The topic of its main value; null if it has none. */
  stateTopic: string | null
  template: string | null
  /** All topics that it receives its state from. */
  stateTopics: string[]
  availability: AvailabilityTopic[]
  /** How several availability topics combine. */
  availabilityMode: 'all' | 'any' | 'latest'
  faults: HaFault[]
}

/** The device section of a configuration. */
export interface HaDeviceInfo {
  /** Identifiers and connections: two configurations that share one describe the same device. */
  ids: string[]
  name: string | null
  manufacturer: string | null
  model: string | null
  software: string | null
  hardware: string | null
  area: string | null
}

/** A parsed configuration. */
export interface HaConfig {
  device: HaDeviceInfo | null
  origin: string | null
  entities: HaEntity[]
}

type Fields = Record<string, unknown>

/** Abbreviations of the fields read here (Home Assistant, MQTT discovery, "Supported abbreviations"). */
const SHORT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    dev: 'device',
    o: 'origin',
    cmps: 'components',
    p: 'platform',
    uniq_id: 'unique_id',
    obj_id: 'object_id',
    unit_of_meas: 'unit_of_measurement',
    val_tpl: 'value_template',
    stat_val_tpl: 'state_value_template',
    avty: 'availability',
    avty_t: 'availability_topic',
    avty_tpl: 'availability_template',
    avty_mode: 'availability_mode',
    pl_avail: 'payload_available',
    pl_not_avail: 'payload_not_available',
    stat_t: 'state_topic',
    json_attr_t: 'json_attributes_topic',
    t: 'topic'
  })
)
const SHORT_DEVICE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ids: 'identifiers',
    cns: 'connections',
    mf: 'manufacturer',
    mdl: 'model',
    hw: 'hw_version',
    sw: 'sw_version',
    sa: 'suggested_area'
  })
)

/** Fields of a device's configuration that apply to all its components (Home Assistant, MQTT discovery, "Device discovery payload"). */
const SHARED = new Set([
  '~',
  'state_topic',
  'availability',
  'availability_mode',
  'availability_template',
  'availability_topic',
  'payload_available',
  'payload_not_available'
])
/** More components of a device, and more availability topics of an entity, are ignored: anyone may publish a configuration. */
const MAX_COMPONENTS = 1_000
const MAX_AVAILABILITY = 32

/** Kinds of entities that are useless without a state topic. */
const NEEDS_STATE = new Set(['sensor', 'binary_sensor', 'event', 'camera', 'image'])
/** Kinds that have no state. */
const STATELESS = new Set(['button', 'scene', 'notify', 'device_automation', 'tag'])

/**
 * Parses a configuration's topic, `<prefix>/<component>/[<node>/]<object>/config`, or returns null. `component` is `device` if the payload
 * describes a whole device.
 */
export function configTopic(prefix: string, topic: string): { component: string; object: string } | null {
  if (!topic.startsWith(`${prefix}/`)) return null
  const [component, ...rest] = topic.slice(prefix.length + 1).split('/')
  if (!component || rest.pop() !== 'config' || rest.length < 1 || rest.length > 2) return null
  return { component, object: rest.join('/') }
}

/** Parses a configuration; returns a fault if the payload is not one. */
export function readConfig(payload: string, component: string, object: string): HaConfig | HaFault {
  const root = parse(payload)
  if (!root) return 'NOT_JSON'
  const fields = expanded(root, SHORT)
  const device = isFields(fields.device) ? deviceInfo(expanded(fields.device, SHORT_DEVICE)) : null
  const origin = isFields(fields.origin) ? originOf(expanded(fields.origin, SHORT_DEVICE)) : null
  if (component !== 'device') return { device, origin, entities: [entityOf(fields, component, object, '')] }
  const components = isFields(fields.components) ? Object.entries(fields.components) : []
  const shared = Object.fromEntries(Object.entries(fields).filter(([name]) => SHARED.has(name)))
  return {
    device,
    origin,
    entities: components
      .filter(([, own]) => isFields(own))
      .slice(0, MAX_COMPONENTS)
      .flatMap(([key, own]) => {
        const merged = { ...shared, ...expanded(own as Fields, SHORT) }
        const platform = text(merged.platform)
        // A component with only its platform is a request to remove it.
        if (platform !== null && Object.keys(own as Fields).length === 1) return []
        const entity = entityOf(merged, platform ?? '?', key, key)
        return [platform === null ? { ...entity, faults: ['NO_PLATFORM' as const] } : entity]
      })
  }
}

/** The object in a JSON text; null if it is not an object. */
function parse(payload: string): Fields | null {
  try {
    const value: unknown = JSON.parse(payload)
    return isFields(value) ? value : null
  } catch {
    return null
  }
}

function entityOf(fields: Fields, component: string, object: string, key: string): HaEntity {
  const base = text(fields['~']) ?? ''
  const topicOf = (value: unknown): string | null => {
    const topic = text(value)
    if (topic === null || base === '') return topic
    if (topic.startsWith('~')) return base + topic.slice(1)
    return topic.endsWith('~') ? topic.slice(0, -1) + base : topic
  }
  const stateTopics = Object.entries(fields)
    .filter(([name]) => isStateKey(name))
    .flatMap(([, value]) => topicOf(value) ?? [])
  const stateTopic = topicOf(fields.state_topic) ?? topicOf(fields.topic) ?? stateTopics[0] ?? null
  const missing = stateTopic === null && NEEDS_STATE.has(component)
  return {
    key,
    component,
    name: text(fields.name) ?? text(fields.object_id) ?? object,
    uniqueId: text(fields.unique_id),
    unit: text(fields.unit_of_measurement),
    stateTopic,
    template: text(fields.value_template) ?? text(fields.state_value_template),
    stateTopics: STATELESS.has(component) ? [] : [...new Set(stateTopics)],
    ...availabilityOf(fields, topicOf),
    faults: missing ? ['NO_STATE_TOPIC'] : []
  }
}

/** Whether a field names a state topic, rather than one for commands, attributes or availability. */
function isStateKey(name: string): boolean {
  return (
    /(^|_)(t|topic)$/.test(name) &&
    !/(^|_)(cmd|command)_(t|topic)$|^set_|^(availability|json_attributes)_topic$/.test(name)
  )
}

function availabilityOf(
  fields: Fields,
  topicOf: (value: unknown) => string | null
): Pick<HaEntity, 'availability' | 'availabilityMode'> {
  const listed: unknown[] = Array.isArray(fields.availability) ? fields.availability : [fields.availability]
  const single = {
    topic: fields.availability_topic,
    payload_available: fields.payload_available,
    payload_not_available: fields.payload_not_available,
    value_template: fields.availability_template
  }
  const availability = [...listed.slice(0, MAX_AVAILABILITY), single]
    .filter(isFields)
    .flatMap((entry): AvailabilityTopic[] => {
      const each = expanded(entry, SHORT)
      const topic = topicOf(each.topic)
      if (topic === null) return []
      return [
        {
          topic,
          online: text(each.payload_available) ?? 'online',
          offline: text(each.payload_not_available) ?? 'offline',
          template: text(each.value_template)
        }
      ]
    })
  const mode = fields.availability_mode
  return { availability, availabilityMode: mode === 'all' || mode === 'any' ? mode : 'latest' }
}

function deviceInfo(fields: Fields): HaDeviceInfo {
  const connections = Array.isArray(fields.connections) ? fields.connections : []
  return {
    ids: [
      ...texts(fields.identifiers).map((id) => `i ${id}`),
      ...connections.flatMap((pair) => (Array.isArray(pair) ? [`c ${texts(pair).join(' ')}`] : []))
    ],
    name: text(fields.name),
    manufacturer: text(fields.manufacturer),
    model: text(fields.model),
    software: text(fields.sw_version),
    hardware: text(fields.hw_version),
    area: text(fields.suggested_area)
  }
}

function originOf({ name, sw_version }: Fields): string | null {
  return [text(name), text(sw_version)].filter((part) => part !== null).join(' ') || null
}

/** Expands abbreviated field names. Copies to an object without a prototype, because a field may be called `__proto__`. */
function expanded(fields: Fields, names: ReadonlyMap<string, string>): Fields {
  const found = Object.create(null) as Fields
  for (const [name, value] of Object.entries(fields)) found[names.get(name) ?? name] ??= value
  return found
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null
}

function texts(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).flatMap((each) => text(each) ?? [])
}
