import type { TopicFilterSpec } from '../../../shared/contract/topics'
import { m } from '../../paraglide/messages'

export function modeName(mode: TopicFilterSpec['mode']): string {
  return { text: m.topics_mode_text, wildcard: m.topics_mode_wildcard, regex: m.topics_mode_regex }[mode]()
}

export function scopeName(scope: TopicFilterSpec['scope']): string {
  return { names: m.topics_scope_names, values: m.topics_scope_values, both: m.topics_scope_both }[scope]()
}

/** A readable description of a filter's options. */
export function howOf({ mode, scope, matchCase }: TopicFilterSpec): string {
  return [modeName(mode), scopeName(scope), ...(matchCase ? [m.topics_match_case()] : [])].join(' · ')
}
