import { getContext, setContext } from 'svelte'
import { profileFilter, type LiveSubscription } from '../../shared/contract/connections'
import {
  lookOf,
  type SubscriptionColour,
  type SubscriptionLook
} from '../../shared/contract/subscription-look'
import { compileFilter } from '../../shared/topic'
import { m } from '../paraglide/messages'

/** A subscription with its look. */
export type Looking = SubscriptionLook & Pick<LiveSubscription, 'filter' | 'template'>

/** The mark of a subscription. */
export interface SubscriptionMark {
  filter: string
  colour: SubscriptionColour | null
  /** What it is called: its alias or, without one, its filter. */
  name: string
  /** For tooltips: the alias with the filter. */
  title: string
}

/** Number of topics whose marks are remembered. A screen shows at most a few hundred. */
const REMEMBERED = 5_000

const none: readonly SubscriptionMark[] = []

/** Which subscriptions mark which topics. Filters are matched once per topic that is shown, not per message. */
export class SubscriptionMarks {
  readonly #marks: readonly { mark: SubscriptionMark; matches: (topic: string) => boolean }[]
  readonly #known = new Map<string, readonly SubscriptionMark[]>()

  /** @param match compiles a filter */
  constructor(looks: readonly Looking[], match = compileFilter) {
    this.#marks = looks
      .filter(({ colour, alias }) => colour || alias)
      .map((look) => ({ mark: markOf(look), matches: match(look.filter) }))
  }

  /** The marks of a topic, in the order of the subscriptions. */
  of(topic: string): readonly SubscriptionMark[] {
    if (this.#marks.length === 0) return none
    const known = this.#known.get(topic)
    if (known) return known
    const found = this.#marks.filter(({ matches }) => matches(topic)).map(({ mark }) => mark)
    if (this.#known.size === REMEMBERED) this.#known.clear()
    this.#known.set(topic, found)
    return found
  }
}

function markOf({ filter, ...look }: Looking): SubscriptionMark {
  const { colour = null, alias } = lookOf(look)
  return {
    filter,
    colour,
    name: alias ?? filter,
    title: alias ? m.subscription_mark({ alias, filter }) : filter
  }
}

/**
 * The subscriptions of a connection with the look that counts: the profile's for its filters, which may have changed since the
 * connection was made, and their own for those that were added by hand. Filters with variables are those that were made of them.
 */
export function looksOf(profile: readonly Looking[], live: readonly Looking[]): Looking[] {
  const own = new Set(profile.map(({ filter }) => filter))
  const made = profile.map((stored) => {
    const { filter = stored.filter } = live.find(({ template }) => template === stored.filter) ?? {}
    return { ...stored, filter }
  })
  return [...made, ...live.filter((each) => !own.has(profileFilter(each)))]
}

const KEY = Symbol('subscription marks')

/** Provides the marks of a workspace's topics to the components in it. */
export function provideMarks(marks: () => SubscriptionMarks): void {
  setContext(KEY, marks)
}

/** Context: the function that gives the marks of a topic. Outside of a connection, topics have none. */
export function topicMarks(): (topic: string) => readonly SubscriptionMark[] {
  const marks = getContext<(() => SubscriptionMarks) | undefined>(KEY)
  return (topic) => marks?.().of(topic) ?? none
}
