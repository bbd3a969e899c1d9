import type { SubscriptionOptions } from '../codec/packet'
import type { TopicNode } from './topic-tree'

/** What `Subscriptions` needs of a session. */
export interface Subscriber {
  readonly isConnected: boolean
  /** Where its subscriptions are. */
  places: Set<Place> | null
  /** Its newest subscription that has its filter to itself. */
  single: Single | null
}

/** The only subscriber of a filter. Most filters have one. A subscriber's filters with the same options share it. */
export class Single {
  constructor(
    readonly subscriber: Subscriber,
    readonly options: SubscriptionOptions
  ) {}
}

/** The subscribers of a filter. */
export class Many {
  readonly subscribers = new Map<Subscriber, SubscriptionOptions>()
  readonly shares = new Map<string, Share>()
}

export type FilterNode = TopicNode<Single | Many>

/** A shared subscription: each message goes to one of its members in turn (MQTT 5.0, 4.8.2). */
export class Share {
  readonly members = new Map<Subscriber, SubscriptionOptions>()

  constructor(
    readonly name: string,
    readonly node: FilterNode
  ) {}

  /** Whose turn it is: the next connected member; if none is, the next one of all. */
  peek(): [Subscriber, SubscriptionOptions] {
    const { members } = this
    for (const member of members) if (member[0].isConnected) return member
    return members.entries().next().value!
  }

  /** Takes a turn. */
  next(): [Subscriber, SubscriptionOptions] {
    const { members } = this
    const next = this.peek()
    // It goes to the end of the line.
    members.delete(next[0])
    members.set(...next)
    return next
  }
}

/** A filter with its subscribers. */
export class Filter {
  constructor(private readonly node: FilterNode) {}

  get path(): string {
    return this.node.path
  }

  /** Clients that subscribe to it by themselves. */
  get clientCount(): number {
    const { value } = this.node
    return value instanceof Many ? value.subscribers.size : value ? 1 : 0
  }

  get shares(): Iterable<Share> {
    const { value } = this.node
    return value instanceof Many ? value.shares.values() : []
  }

  /** Those who subscribe to it by themselves. */
  get subscribers(): Iterable<readonly [Subscriber, SubscriptionOptions]> {
    const { value } = this.node
    if (value instanceof Many) return value.subscribers
    return value ? [[value.subscriber, value.options]] : []
  }
}

/** Where a subscription is: at a filter, or in a share of it. */
export type Place = FilterNode | Share
