import type { HaFault } from '../../shared/contract/home-assistant'
import { compareNames } from '../../shared/natural-order'
import type { HaConfig, HaDeviceInfo, HaEntity } from './ha-config'
import { textBytes, valueBytes, type MemoryBudget } from './memory-budget'

/** An entity and the topic that configures it. */
export interface PlacedEntity {
  entity: HaEntity
  configTopic: string
}

/** A device, merged from all its configurations. */
export interface HaGroup {
  key: string
  info: HaDeviceInfo | null
  origin: string | null
  entities: PlacedEntity[]
}

/** Key of the group of configurations that cannot be read. */
export const BROKEN = 'broken'
/** Key of the group of entities without a device. */
const ALONE = 'alone'

/** Estimated size of a configuration's places in lists and maps, and of the entity that stands for an unreadable one, in bytes. */
const CONFIG_BYTES = 500

interface Kept {
  id: number
  /** null: removed, or left out. The id stays, so that the message is not read again. */
  read: HaConfig | HaFault | null
  /** What it has taken from the budget. */
  bytes: number
  leftOut: boolean
}

/** Groups configurations, stored by topic, into devices. Memory is bounded, except for an id per topic. */
export class HaRegistry {
  /** Configurations left out for lack of room. */
  leftOut = 0
  private readonly configs = new Map<string, Kept>()
  private groups: HaGroup[] | null = null

  constructor(private readonly budget: MemoryBudget) {}

  /** The id of the message that last set or removed a topic's configuration; 0: none. */
  idOf(topic: string): number {
    return this.configs.get(topic)?.id ?? 0
  }

  /** null: the configuration was removed. */
  set(topic: string, id: number, read: HaConfig | HaFault | null): void {
    this.release(topic)
    const bytes = read === null ? 0 : CONFIG_BYTES + textBytes(topic) + valueBytes(read)
    if (this.budget.take(bytes)) this.configs.set(topic, { id, read, bytes, leftOut: false })
    else {
      this.configs.set(topic, { id, read: null, bytes: 0, leftOut: true })
      this.leftOut++
    }
  }

  /** Drops the configurations of topics that no longer exist. */
  keep(topics: ReadonlySet<string>): void {
    for (const topic of this.configs.keys()) {
      if (topics.has(topic)) continue
      this.release(topic)
      this.configs.delete(topic)
    }
  }

  clear(): void {
    this.keep(new Set())
  }

  /** Devices by name. Configurations that cannot be read come first, entities without a device last. */
  devices(): HaGroup[] {
    this.groups ??= this.grouped()
    return this.groups
  }

  /** Gives back what a topic's configuration has taken. */
  private release(topic: string): void {
    this.groups = null
    const known = this.configs.get(topic)
    if (!known) return
    this.budget.giveBack(known.bytes)
    if (known.leftOut) this.leftOut--
  }

  private grouped(): HaGroup[] {
    const groups = new Map<string, HaGroup>()
    const byId = new Map<string, HaGroup>()
    for (const [configTopic, { read }] of this.configs) {
      if (read === null) continue
      if (typeof read === 'string') {
        group(groups, BROKEN).entities.push({ entity: unreadable(read), configTopic })
        continue
      }
      const { device, origin, entities } = read
      const ids = device?.ids ?? []
      const known = ids.map((id) => byId.get(id)).find((found) => found !== undefined)
      const found = known ?? group(groups, ids[0] ?? (device?.name ? `n ${device.name}` : ALONE))
      for (const id of ids) byId.set(id, found)
      found.info = found.info && device ? merged(found.info, device) : (found.info ?? device)
      found.origin ??= origin
      for (const entity of entities) found.entities.push({ entity, configTopic })
    }
    const rank = ({ key }: HaGroup): number => (key === BROKEN ? 0 : key === ALONE ? 2 : 1)
    return [...groups.values()].sort(
      (a, b) =>
        rank(a) - rank(b) || compareNames(nameOfGroup(a), nameOfGroup(b)) || compareNames(a.key, b.key)
    )
  }
}

/** A device's name, or else its identifier. */
export function nameOfGroup({ info, key }: HaGroup): string {
  return info?.name ?? info?.ids[0]?.slice(2) ?? key
}

function group(groups: Map<string, HaGroup>, key: string): HaGroup {
  const known = groups.get(key)
  if (known) return known
  const made: HaGroup = { key, info: null, origin: null, entities: [] }
  groups.set(key, made)
  return made
}

/** Fills gaps in the first configuration from another one, whose identifiers are not copied: there may be very many. */
function merged(first: HaDeviceInfo, other: HaDeviceInfo): HaDeviceInfo {
  return {
    ids: first.ids,
    name: first.name ?? other.name,
    manufacturer: first.manufacturer ?? other.manufacturer,
    model: first.model ?? other.model,
    software: first.software ?? other.software,
    hardware: first.hardware ?? other.hardware,
    area: first.area ?? other.area
  }
}

function unreadable(fault: HaFault): HaEntity {
  return {
    key: '',
    component: '',
    name: '',
    uniqueId: null,
    unit: null,
    stateTopic: null,
    template: null,
    stateTopics: [],
    availability: [],
    availabilityMode: 'latest',
    faults: [fault]
  }
}
