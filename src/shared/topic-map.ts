import { carries, filterOn, type BridgeRule } from './contract/bridge'
import type { Subscription } from './contract/profiles'
import { filtersOverlap } from './filter-overlap'
import { compileFilter } from './topic'

export type SideName = 'local' | 'remote'

/** Where a message goes, by the rule that carries it. */
interface Mapped {
  topic: string
  retain: boolean
  /** Index of the rule. */
  rule: number
}

/** The topics that a bridge takes from one side, and what they are called on the other. */
export class TopicMap {
  readonly subscriptions: Subscription[]
  private readonly rules: {
    matches: (topic: string) => boolean
    cut: number
    prefix: string
    retain: boolean
    index: number
  }[]
  private readonly retained: Map<string, boolean>

  constructor(from: SideName, all: readonly BridgeRule[]) {
    const rules = all.filter((rule) => carries(from === 'remote' ? 'in' : 'out', rule))
    this.subscriptions = rules.map((rule) => ({ filter: filterOn(from, rule), qos: rule.qos }))
    this.retained = new Map(rules.map((rule) => [filterOn(from, rule), rule.retain]))
    this.rules = rules.map((rule) => {
      const [here, there] =
        from === 'remote' ? [rule.remotePrefix, rule.localPrefix] : [rule.localPrefix, rule.remotePrefix]
      const matches = compileFilter(filterOn(from, rule))
      return { matches, cut: here.length, prefix: there, retain: rule.retain, index: all.indexOf(rule) }
    })
  }

  /** Whether messages that are retained already are carried, too. */
  takesRetained(filter: string): boolean {
    return this.retained.get(filter) ?? false
  }

  /** null: no rule carries the topic. */
  map(topic: string): Mapped | null {
    for (const { matches, cut, prefix, retain, index } of this.rules)
      if (matches(topic)) return { topic: prefix + topic.slice(cut), retain, rule: index }
    return null
  }
}

/** Whether a message that a bridge publishes to a side could come back from there: the broker must know No Local then, or the bridge bit. */
export function canEcho(side: SideName, rules: readonly BridgeRule[]): boolean {
  const filters = (direction: 'in' | 'out'): string[] =>
    rules.filter((rule) => carries(direction, rule)).map((rule) => filterOn(side, rule))
  return filters('in').some((one) => filters('out').some((other) => filtersOverlap(one, other)))
}

/** A beginning of topics, and what takes its place. */
export interface Prefix {
  from: string
  to: string
}

/** The topic with its beginning replaced. One that does not begin with `from` stays as it is; an empty `from` puts `to` before every topic. */
export function withPrefix(topic: string, { from, to }: Prefix): string {
  return topic.startsWith(from) ? to + topic.slice(from.length) : topic
}
