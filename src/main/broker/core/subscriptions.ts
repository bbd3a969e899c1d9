import type { Qos } from '../../../shared/message'
import type { SubscriptionOptions } from '../codec/packet'
import { levelEnd, TopicNode, TopicTree } from './topic-tree'

/** Matches are kept for topics that come again, until they weigh this much: 1 each, 1 a target, and 1 for this many characters of the topic. */
const KEPT_WEIGHT = 100_000
const WEIGHED_CHARACTERS = 64

/** What `Subscriptions` needs of a session. */
export interface Subscriber {
  readonly isConnected: boolean
  /** Where its subscriptions are. */
  places: Set<Place> | null
}

/** One subscriber of a filter; many are a Map. */
class Single {
  constructor(
    readonly subscriber: Subscriber,
    public options: SubscriptionOptions
  ) {}
}

interface Filter {
  subscribers: Single | Map<Subscriber, SubscriptionOptions> | null
  shares: Map<string, Share> | null
}

type FilterNode = TopicNode<Filter>

/** A shared subscription: each message goes to one of its members in turn (MQTT 5.0, 4.8.2). */
export class Share {
  readonly members = new Map<Subscriber, SubscriptionOptions>()
  private turn: Iterator<[Subscriber, SubscriptionOptions]> | null = null

  constructor(
    readonly name: string,
    readonly node: FilterNode
  ) {}

  /** The next connected member; if none is, the next one of all. */
  next(): [Subscriber, SubscriptionOptions] {
    let absent: [Subscriber, SubscriptionOptions] | null = null
    for (let i = 0; i < this.members.size; i++) {
      const member = this.advance()
      if (member[0].isConnected) return member
      absent ??= member
    }
    return absent ?? this.advance()
  }

  private advance(): [Subscriber, SubscriptionOptions] {
    let step = this.turn?.next()
    if (!step || step.done) {
      this.turn = this.members.entries()
      step = this.turn.next()
    }
    return step.value as [Subscriber, SubscriptionOptions]
  }
}

/** Where a subscription is: at a filter, or in a share of it. */
export type Place = FilterNode | Share

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
  private readonly tree = new TopicTree<Filter>()
  private readonly matches = new Map<string, Match>()
  private keptWeight = 0
  count = 0
  shareCount = 0

  /** Adds or replaces a subscription; returns whether it is new. */
  add(subscriber: Subscriber, filter: string, options: SubscriptionOptions): boolean {
    this.forgetMatches()
    const { name, path } = parseFilter(filter)
    const node = this.tree.at(path)
    const found = (node.value ??= { subscribers: null, shares: null })
    const isNew =
      name === null ? addPlain(found, subscriber, options) : addShared(found, node, name, subscriber, options)
    if (!isNew) return false
    const place = name === null ? node : found.shares!.get(name)!
    ;(subscriber.places ??= new Set()).add(place)
    this.count++
    if (name !== null) this.shareCount++
    return true
  }

  /** Returns whether there was such a subscription. */
  remove(subscriber: Subscriber, filter: string): boolean {
    const { name, path } = parseFilter(filter)
    const node = this.tree.find(path)
    const place = name === null ? node : node?.value?.shares?.get(name)
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
        const { subscribers } = place.value!
        const options = subscribers instanceof Map ? subscribers.get(subscriber)! : subscribers!.options
        yield { filter: place.path, options }
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
    const take = (node: FilterNode | undefined): void => {
      const value = node?.value
      if (!value) return
      const { subscribers } = value
      if (subscribers instanceof Single) addTarget(targets, subscribers.subscriber, subscribers.options)
      else if (subscribers) for (const [each, options] of subscribers) addTarget(targets, each, options)
      if (value.shares) shares.push(...value.shares.values())
    }
    let nodes: FilterNode[] = [this.tree.root]
    // A wildcard at the beginning does not match topics that begin with $ [MQTT-4.7.2-1].
    let wild = !topic.startsWith('$')
    for (let start = 0, end: number; nodes.length > 0 && start <= topic.length; start = end + 1) {
      end = levelEnd(topic, start)
      const level = topic.slice(start, end)
      const next: FilterNode[] = []
      for (const node of nodes) {
        if (wild) take(node.child('#'))
        const exact = node.child(level)
        if (exact) next.push(exact)
        const single = wild ? node.child('+') : undefined
        if (single) next.push(single)
      }
      wild = true
      nodes = next
    }
    for (const node of nodes) {
      take(node)
      // `a/#` also matches `a` (4.7.1.2).
      take(node.child('#'))
    }
    return { targets: [...targets.values()], shares }
  }

  private leave(subscriber: Subscriber, place: Place): boolean {
    if (!subscriber.places?.delete(place)) return false
    this.forgetMatches()
    this.count--
    const node = place instanceof Share ? place.node : place
    const found = node.value!
    if (place instanceof Share) {
      this.shareCount--
      place.members.delete(subscriber)
      if (place.members.size === 0) found.shares!.delete(place.name)
      if (found.shares!.size === 0) found.shares = null
    } else if (found.subscribers instanceof Map) {
      found.subscribers.delete(subscriber)
      if (found.subscribers.size === 0) found.subscribers = null
    } else found.subscribers = null
    if (found.subscribers === null && found.shares === null) this.tree.clear(node)
    return true
  }

  private forgetMatches(): void {
    if (this.matches.size > 0) this.matches.clear()
    this.keptWeight = 0
  }
}

function addPlain(found: Filter, subscriber: Subscriber, options: SubscriptionOptions): boolean {
  const { subscribers } = found
  if (subscribers === null) found.subscribers = new Single(subscriber, options)
  else if (subscribers instanceof Map) {
    const isNew = !subscribers.has(subscriber)
    subscribers.set(subscriber, options)
    return isNew
  } else if (subscribers.subscriber === subscriber) {
    subscribers.options = options
    return false
  } else
    found.subscribers = new Map([
      [subscribers.subscriber, subscribers.options],
      [subscriber, options]
    ])
  return true
}

function addShared(
  found: Filter,
  node: FilterNode,
  name: string,
  subscriber: Subscriber,
  options: SubscriptionOptions
): boolean {
  const shares = (found.shares ??= new Map<string, Share>())
  let share = shares.get(name)
  if (!share) shares.set(name, (share = new Share(name, node)))
  const isNew = !share.members.has(subscriber)
  share.members.set(subscriber, options)
  return isNew
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
