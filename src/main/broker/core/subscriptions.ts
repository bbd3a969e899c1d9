import type { Qos } from '../../../shared/message'
import type { SubscriptionOptions } from '../codec/packet'
import { Filter, Many, Share, Single, type FilterNode, type Place, type Subscriber } from './subscribers'
import { levelEnd, levelsMatch, restOf, TopicTree } from './topic-tree'

/** Matches are kept for topics that come again, until they weigh this much: 1 each, 1 a target, and 1 for this many characters of the topic. */
const KEPT_WEIGHT = 100_000
const WEIGHED_CHARACTERS = 64

/** How a subscriber gets the messages of a topic: once, however many of its filters match (3.3.4). */
export interface Target {
  subscriber: Subscriber
  /** The highest granted QoS of the matching subscriptions [MQTT-3.3.4-2]. */
  qos: Qos
  retainAsPublished: boolean
  /** Of all matching subscriptions [MQTT-3.3.4-3] to [MQTT-3.3.4-5]; null: none. */
  identifiers: number[] | null
  /** For messages of the subscriber itself, if a subscription has No Local: without that one; null: none is left [MQTT-3.8.3-3]. */
  own?: Target | null
}

export interface Match {
  targets: Target[]
  shares: Share[]
}

/** All subscriptions of all sessions, found by filter and by topic. */
export class Subscriptions {
  private readonly tree = new TopicTree<Single | Many>()
  private readonly matches = new Map<string, Match>()
  private keptWeight = 0
  count = 0
  shareCount = 0

  /** Adds or replaces a subscription; returns whether it is new. */
  add(subscriber: Subscriber, filter: string, given: SubscriptionOptions): boolean {
    this.forgetMatches()
    const options = shared(given)
    const { name, path } = parseFilter(filter)
    const node = this.tree.at(path)
    const place =
      name === null ? addPlain(node, subscriber, options) : addShared(node, name, subscriber, options)
    const places = (subscriber.places ??= new Set())
    if (places.has(place)) return false
    places.add(place)
    this.count++
    if (name !== null) this.shareCount++
    return true
  }

  /** Returns whether there was such a subscription. */
  remove(subscriber: Subscriber, filter: string): boolean {
    const { name, path } = parseFilter(filter)
    const node = this.tree.find(path)
    const place = name === null ? node : node && many(node).shares.get(name)
    return place !== undefined && this.leave(subscriber, place)
  }

  removeAll(subscriber: Subscriber): void {
    for (const place of subscriber.places ?? []) this.leave(subscriber, place)
  }

  /** The subscriptions of a subscriber, in the order in which they were made. */
  *of(subscriber: Subscriber): Generator<{ filter: string; options: SubscriptionOptions }> {
    for (const place of subscriber.places ?? []) {
      if (place instanceof Share) {
        const filter = `$share/${place.name}/${place.node.path}`
        yield { filter, options: place.members.get(subscriber)! }
      } else {
        const { value } = place
        yield {
          filter: place.path,
          options: value instanceof Many ? value.subscribers.get(subscriber)! : value!.options
        }
      }
    }
  }

  /** Who gets the messages of a topic. */
  match(topic: string): Match {
    const known = this.matches.get(topic)
    if (known) return known
    const match = this.find(topic)
    const weight = 1 + match.targets.length + Math.floor(topic.length / WEIGHED_CHARACTERS)
    if (this.keptWeight + weight > KEPT_WEIGHT) this.forgetMatches()
    this.keptWeight += weight
    this.matches.set(topic, match)
    return match
  }

  private find(topic: string): Match {
    const targets = new Map<Subscriber, Target>()
    const shares: Share[] = []
    this.visit(topic, (value) => {
      if (value instanceof Single) return addTarget(targets, value.subscriber, value.options)
      for (const [each, options] of value.subscribers) addTarget(targets, each, options)
      shares.push(...value.shares.values())
    })
    return { targets: [...targets.values()], shares }
  }

  /** Each filter that matches a topic. */
  filtersFor(topic: string): Filter[] {
    const found: Filter[] = []
    this.visit(topic, (_value, node) => found.push(new Filter(node)))
    return found
  }

  /** A filter that somebody subscribes to. */
  filter(path: string): Filter | null {
    const node = this.tree.find(path)
    return node?.value ? new Filter(node) : null
  }

  /** All filters that somebody subscribes to. They may change while they are read. */
  *filters(): Generator<Filter> {
    for (const node of this.tree.root.all()) if (node.value) yield new Filter(node)
  }

  private visit(topic: string, found: (value: Single | Many, node: FilterNode) => void): void {
    const take = (node: FilterNode | undefined): void => {
      if (node?.value) found(node.value, node)
    }
    let nodes: FilterNode[] = [this.tree.root]
    // A wildcard at the beginning does not match topics that begin with $ [MQTT-4.7.2-1].
    let wild = !topic.startsWith('$')
    for (let start = 0, end: number; nodes.length > 0 && start <= topic.length; start = end + 1) {
      end = levelEnd(topic, start)
      const level = topic.slice(start, end)
      const rest = restOf(topic, end)
      const next: FilterNode[] = []
      for (const node of nodes) {
        if (wild) take(node.child('#'))
        for (const child of [node.child(level), wild ? node.child('+') : undefined]) {
          if (!child) continue
          if (child.tail === null) next.push(child)
          else if (rest === null ? child.tail === '#' : levelsMatch(child.tail, rest)) take(child)
        }
      }
      wild = true
      nodes = next
    }
    for (const node of nodes) {
      take(node)
      // `a/#` also matches `a` (4.7.1.2).
      take(node.child('#'))
    }
  }

  private leave(subscriber: Subscriber, place: Place): boolean {
    if (!subscriber.places?.delete(place)) return false
    this.forgetMatches()
    this.count--
    const node = place instanceof Share ? place.node : place
    const { value } = node
    if (place instanceof Share) {
      this.shareCount--
      place.members.delete(subscriber)
      if (place.members.size === 0) many(node).shares.delete(place.name)
    } else if (value instanceof Many) value.subscribers.delete(subscriber)
    if (value instanceof Single || (value!.subscribers.size === 0 && value!.shares.size === 0))
      this.tree.clear(node)
    return true
  }

  private forgetMatches(): void {
    if (this.matches.size > 0) this.matches.clear()
    this.keptWeight = 0
  }
}

function addPlain(node: FilterNode, subscriber: Subscriber, options: SubscriptionOptions): Place {
  const { value } = node
  if (value === null || (value instanceof Single && value.subscriber === subscriber))
    node.value = subscriber.single =
      subscriber.single?.options === options ? subscriber.single : new Single(subscriber, options)
  else many(node).subscribers.set(subscriber, options)
  return node
}

function addShared(
  node: FilterNode,
  name: string,
  subscriber: Subscriber,
  options: SubscriptionOptions
): Place {
  const { shares } = many(node)
  let share = shares.get(name)
  if (!share) shares.set(name, (share = new Share(name, node)))
  share.members.set(subscriber, options)
  return share
}

/** A node's subscribers as a Many. */
function many(node: FilterNode): Many {
  const { value } = node
  if (value instanceof Many) return value
  const made = new Many()
  if (value) made.subscribers.set(value.subscriber, value.options)
  node.value = made
  return made
}

/** Options without an identifier exist once: a million subscriptions have a few different ones. */
const sharedOptions = new Map<number, SubscriptionOptions>()

function shared(options: SubscriptionOptions): SubscriptionOptions {
  if (options.identifier !== 0) return options
  const { qos, noLocal, retainAsPublished, retainHandling } = options
  const key = qos | (noLocal ? 4 : 0) | (retainAsPublished ? 8 : 0) | (retainHandling << 4)
  const known = sharedOptions.get(key)
  if (!known) sharedOptions.set(key, options)
  return known ?? options
}

function addTarget(
  targets: Map<Subscriber, Target>,
  subscriber: Subscriber,
  options: SubscriptionOptions
): void {
  const before = targets.get(subscriber)
  const target = merged(before ?? null, subscriber, options)
  const own = before && before.own !== undefined ? before.own : (before ?? null)
  if (options.noLocal) target.own = own
  else if (before?.own !== undefined) target.own = merged(own, subscriber, options)
  targets.set(subscriber, target)
}

function merged(before: Target | null, subscriber: Subscriber, options: SubscriptionOptions): Target {
  const { qos, retainAsPublished, identifier } = options
  if (before === null)
    return { subscriber, qos, retainAsPublished, identifiers: identifier === 0 ? null : [identifier] }
  return {
    subscriber,
    qos: Math.max(qos, before.qos) as Qos,
    retainAsPublished: retainAsPublished || before.retainAsPublished,
    identifiers: identifier === 0 ? before.identifiers : [...(before.identifiers ?? []), identifier]
  }
}

/** The group of a shared subscription, and the filter to match topics against (4.8.2). */
function parseFilter(filter: string): { name: string | null; path: string } {
  if (!filter.startsWith('$share/')) return { name: null, path: filter }
  const end = filter.indexOf('/', 7)
  return { name: filter.slice(7, end), path: filter.slice(end + 1) }
}
