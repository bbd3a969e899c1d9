import type { Subscription, SubscriptionOptions } from '../../../shared/contract/profiles'
import { isSameLook, type SubscriptionLook } from '../../../shared/contract/subscription-look'
import { m } from '../../paraglide/messages'

type Options = SubscriptionOptions & SubscriptionLook

/** Sets one option, the colour or the alias; undefined takes it back to its default. */
export type SetOption = <K extends keyof Options>(option: K, value: Options[K]) => void

/** Sets options of a subscription in place. */
export function optionsOf(subscription: Options): SetOption {
  return (option, value) => {
    if (value === undefined) Reflect.deleteProperty(subscription, option)
    else subscription[option] = value
  }
}

/** The options that differ from the default, in one line; empty: none. */
export function optionsLine(options: SubscriptionOptions): string {
  const { noLocal = false, retainAsPublished = true, retainHandling = 0, identifier } = options
  return [
    noLocal && m.option_no_local(),
    !retainAsPublished && m.option_clears_retain(),
    retainHandling === 1 && m.option_rh_1_words(),
    retainHandling === 2 && m.option_rh_2_words(),
    identifier !== undefined && m.option_identifier_words({ identifier })
  ]
    .filter((words) => words !== false)
    .join(' · ')
}

/** Whether two subscriptions request the same. */
export function requestsSame(one: Subscription, other: Subscription): boolean {
  return textOf(one) === textOf(other)
}

/** Whether two subscriptions request the same and look the same. */
export function isSame(one: Subscription, other: Subscription): boolean {
  return requestsSame(one, other) && isSameLook(one, other)
}

function textOf({
  filter,
  qos,
  noLocal = false,
  retainAsPublished = true,
  retainHandling = 0,
  identifier
}: Subscription): string {
  return JSON.stringify([filter, qos, noLocal, retainAsPublished, retainHandling, identifier ?? null])
}
