import type {
  HaAvailability,
  HaDevice,
  HaDeviceRow,
  HaDeviceWanted,
  HaEntityRow,
  HaFault,
  HaList,
  HaWanted
} from '../../shared/contract/home-assistant'
import { configTopic, readConfig, type HaEntity } from './ha-config'
import { BROKEN, HaRegistry, nameOfGroup, type HaGroup, type PlacedEntity } from './ha-registry'
import { HeardMessages, type HaSource } from './ha-source'
import { applyTemplate } from './ha-template'
import { MemoryBudget } from './memory-budget'

/** Largest configuration, and largest value, that is read, in bytes. */
const MAX_CONFIG = 262_144
const MAX_VALUE = 65_536
/** Characters of a value shown at most. */
const SHOWN = 200
/** Memory for configurations, in bytes: enough for some 50,000 entities. */
const MAX_BYTES = 64 * 1_048_576
/** Longest time spent reading per request, in ms. */
const BUDGET = 20

interface Standing {
  availability: HaAvailability
  lastHeard: number
  faults: HaFault[]
}

/** Home Assistant's MQTT discovery, read from a connection's newest messages on request. */
export class HomeAssistant {
  private readonly registry: HaRegistry
  private readonly heard: HeardMessages
  private prefix = ''
  private readUpTo = -1

  constructor(
    private readonly source: HaSource,
    budget = new MemoryBudget(MAX_BYTES)
  ) {
    this.registry = new HaRegistry(budget)
    this.heard = new HeardMessages(source)
  }

  list({ prefix, silentAfter, filter, faultyOnly, first, count }: HaWanted, now = Date.now()): HaList {
    const loading = this.refresh(prefix)
    const since = (now - silentAfter * 1_000) * 1_000
    const sought = filter.trim().toLowerCase()
    const rows: HaDeviceRow[] = []
    let [total, entities, faulty] = [0, 0, 0]
    const devices = this.registry.devices()
    for (const group of devices) {
      const row = this.rowOf(group, since)
      entities += group.key === BROKEN ? 0 : group.entities.length
      if (row.faults.length > 0) faulty++
      if ((faultyOnly && row.faults.length === 0) || !fits(group, sought)) continue
      if (total >= first && total < first + count) rows.push(row)
      total++
    }
    const known = devices.filter(({ key }) => key !== BROKEN).length
    const { leftOut } = this.registry
    return { loading, devices: known, entities, faulty, leftOut, total, first, rows }
  }

  device(
    { prefix, silentAfter, key, filter, first, count }: HaDeviceWanted,
    now = Date.now()
  ): HaDevice | null {
    this.refresh(prefix)
    const group = this.registry.devices().find((each) => each.key === key)
    if (!group) return null
    const since = (now - silentAfter * 1_000) * 1_000
    const sought = filter.trim().toLowerCase()
    const fitting = group.entities.filter((placed) => entityFits(placed, sought))
    const { info, origin } = group
    return {
      ...this.rowOf(group, since),
      software: info?.software ?? null,
      hardware: info?.hardware ?? null,
      area: info?.area ?? null,
      origin,
      total: fitting.length,
      first,
      rows: fitting.slice(first, first + count).map((placed) => this.entityRow(placed, since))
    }
  }

  /** Reads new configurations for a few ms. Returns the share read so far; null when all are read. */
  private refresh(prefix: string): number | null {
    if (prefix !== this.prefix) {
      this.registry.clear()
      this.heard.clear()
      this.prefix = prefix
      this.readUpTo = -1
    }
    const newest = this.source.newest(prefix)
    if (newest === this.readUpTo) return null
    const until = performance.now() + BUDGET
    const present = new Set<string>()
    let [done, all] = [0, 0]
    for (const { name, lastId } of this.source.below(prefix)) {
      const found = configTopic(prefix, name)
      if (!found) continue
      present.add(name)
      all++
      if (this.registry.idOf(name) !== lastId) {
        if (performance.now() > until) continue
        this.read(name, lastId, found)
      }
      done++
    }
    this.registry.keep(present)
    if (done < all) return done / all
    this.readUpTo = newest
    return null
  }

  private read(
    topic: string,
    id: number,
    { component, object }: { component: string; object: string }
  ): void {
    const message = this.source.last(topic, MAX_CONFIG)
    if (!message || message.size === 0) this.registry.set(topic, id, null)
    else if (message.size > MAX_CONFIG) this.registry.set(topic, id, 'TOO_LARGE')
    else this.registry.set(topic, id, readConfig(Buffer.from(message.start).toString(), component, object))
  }

  private rowOf(group: HaGroup, since: number): HaDeviceRow {
    const { key, info, entities } = group
    const faults = new Set<HaFault>()
    const topics = new Set<string>()
    const states = new Set<HaAvailability>()
    for (const { entity, configTopic: topic } of entities) {
      entity.faults.forEach((fault) => faults.add(fault))
      entity.stateTopics.forEach((each) => topics.add(each))
      if (entity.availability.length > 0) states.add(this.availabilityOf(entity))
      if (this.source.retained(topic) === false) faults.add('NOT_RETAINED')
    }
    const lastHeard = this.newestOf(topics)
    if (topics.size > 0 && lastHeard < since) faults.add('SILENT')
    return {
      key,
      name: info || key === BROKEN ? nameOfGroup(group) : null,
      broken: key === BROKEN,
      manufacturer: info?.manufacturer ?? null,
      model: info?.model ?? null,
      entities: entities.length,
      availability: states.has('online') ? 'online' : states.has('offline') ? 'offline' : null,
      lastHeard,
      faults: [...faults]
    }
  }

  private entityRow({ entity, configTopic: topic }: PlacedEntity, since: number): HaEntityRow {
    const { availability, lastHeard, faults } = this.standing(entity, topic, since)
    const { stateTopic } = entity
    const message = stateTopic === null ? null : this.source.last(stateTopic, MAX_VALUE)
    const value = message && Buffer.from(message.start).toString()
    return {
      key: `${topic} ${entity.key}`,
      component: entity.component,
      name: entity.name || topic,
      uniqueId: entity.uniqueId,
      configTopic: topic,
      configId: this.registry.idOf(topic),
      stateTopic,
      value: value === null ? null : oneLine(applyTemplate(value, entity.template)),
      unit: entity.unit,
      messageId: message && stateTopic !== null ? this.source.lastId(stateTopic) : 0,
      lastHeard,
      availability,
      faults
    }
  }

  private standing(entity: HaEntity, topic: string, since: number): Standing {
    const lastHeard = this.newestOf(entity.stateTopics)
    return {
      availability: this.availabilityOf(entity),
      lastHeard,
      faults: [
        ...entity.faults,
        ...(this.source.retained(topic) === false ? (['NOT_RETAINED'] as const) : []),
        ...(entity.stateTopics.length > 0 && lastHeard < since ? (['SILENT'] as const) : [])
      ]
    }
  }

  /** Combines several topics by the entity's mode: all, any, or the most recent one. */
  private availabilityOf({ availability, availabilityMode }: HaEntity): HaAvailability {
    const said = availability
      .flatMap(({ topic, online, offline, template }) => {
        const heard = this.heard.newest(topic)
        const text = heard && applyTemplate(heard.text, template)
        const state = text === online ? ('online' as const) : text === offline ? ('offline' as const) : null
        return heard && state ? [{ state, id: heard.id }] : []
      })
      .sort((a, b) => a.id - b.id)
    if (said.length === 0) return null
    if (availabilityMode === 'latest') return said.at(-1)!.state
    const online = said.filter(({ state }) => state === 'online').length
    const enough = availabilityMode === 'any' ? online > 0 : online === availability.length
    return enough ? 'online' : 'offline'
  }

  /** When the newest message on any of the topics was received; 0: none. Ids ascend with time, so only one message is read. */
  private newestOf(topics: Iterable<string>): number {
    let [newest, id] = ['', 0]
    for (const topic of topics) {
      const lastId = this.source.lastId(topic)
      if (lastId > id) [newest, id] = [topic, lastId]
    }
    return id === 0 ? 0 : (this.heard.newest(newest)?.at ?? 0)
  }
}

function fits(group: HaGroup, sought: string): boolean {
  const { info } = group
  return (
    [nameOfGroup(group), info?.manufacturer, info?.model].some((text) =>
      text?.toLowerCase().includes(sought)
    ) || group.entities.some((placed) => entityFits(placed, sought))
  )
}

function entityFits({ entity, configTopic: topic }: PlacedEntity, sought: string): boolean {
  return (
    sought === '' ||
    [entity.name, entity.component, entity.uniqueId, entity.stateTopic, topic].some((text) =>
      text?.toLowerCase().includes(sought)
    )
  )
}

function oneLine(text: string): string {
  const line = text.slice(0, SHOWN + 1).replace(/\s+/g, ' ')
  return line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line
}
