/**
 * Topic names and topic filters: validation, levels and matching.
 * Source: MQTT 3.1.1 and 5.0, section 4.7 "Topic Names and Topic Filters".
 */

/** The fault of a topic name. The UI turns it into a sentence. */
export type TopicFault = 'EMPTY' | 'WILDCARD' | TextFault

/** The fault of a UTF-8 string. */
export type TextFault = 'NULL_CHARACTER' | 'LONE_SURROGATE' | 'TOO_LONG'

/** The fault of a topic filter. */
export type FilterFault = 'EMPTY' | 'HASH_NOT_LAST' | 'WILDCARD_NOT_ALONE' | TextFault | 'SHARE_INCOMPLETE'

/** Longest topic name or filter, in UTF-8 bytes [MQTT-4.7.3-3]. */
export const MAX_TOPIC_BYTES = 65_535

const encoder = new TextEncoder()

/** The fault of a topic name for publishing, or null if it is valid [MQTT-4.7.1, MQTT-4.7.3]. */
export function topicFault(topic: string): TopicFault | null {
  if (topic === '') return 'EMPTY'
  if (topic.includes('+') || topic.includes('#')) return 'WILDCARD'
  return textFault(topic)
}

/** The fault of a topic filter for subscribing, or null if it is valid [MQTT-4.7.1, MQTT-4.8.2]. */
export function filterFault(filter: string): FilterFault | null {
  if (filter === '') return 'EMPTY'
  const fault = textFault(filter)
  if (fault !== null) return fault
  const levels = levelsOf(filter)
  if (levels[0] === '$share') {
    const [, group, ...rest] = levels
    if (!group || /[+#]/.test(group) || rest.length === 0 || rest.join('/') === '') return 'SHARE_INCOMPLETE'
  }
  for (const [index, level] of levels.entries()) {
    if (level.length > 1 && (level.includes('#') || level.includes('+'))) return 'WILDCARD_NOT_ALONE'
    if (level === '#' && index < levels.length - 1) return 'HASH_NOT_LAST'
  }
  return null
}

/** The levels of a topic or filter. Empty levels count: `/a` has two [MQTT-4.7.3]. */
export function levelsOf(topic: string): string[] {
  return topic.split('/')
}

/** The levels of a filter to match topics against, without a leading `$share/group/` [MQTT-4.8.2]. */
export function matchedLevels(filter: string): string[] {
  const levels = levelsOf(filter)
  return levels[0] === '$share' ? levels.slice(2) : levels
}

/**
 * Whether a topic name matches a topic filter [MQTT-4.7.1].
 * A filter that starts with a wildcard does not match topics that start with `$` [MQTT-4.7.2-1].
 */
export function filterMatches(filter: string, topic: string): boolean {
  return compileFilter(filter)(topic)
}

/** A predicate for matching one filter against many topics. Ignores a `$share/group/` prefix. */
export function compileFilter(filter: string): (topic: string) => boolean {
  const levels = matchedLevels(filter)
  const first = levels[0]
  const wild = first === '#' || first === '+'
  const pattern = levels.join('/')
  if (!pattern.includes('#') && !pattern.includes('+')) return (topic) => topic === pattern
  return (topic) => {
    if (wild && topic.startsWith('$')) return false
    const names = levelsOf(topic)
    for (let i = 0; i < levels.length; i++) {
      const level = levels[i]
      if (level === '#') return true
      if (i >= names.length) return false
      if (level !== '+' && level !== names[i]) return false
    }
    return names.length === levels.length
  }
}

/** The fault of a UTF-8 Encoded String, or null if it is valid (MQTT 5.0, 1.5.4). */
export function textFault(text: string): TextFault | null {
  if (text.includes('\0')) return 'NULL_CHARACTER'
  if (!isWellFormed(text)) return 'LONE_SURROGATE'
  if (text.length > MAX_TOPIC_BYTES / 3 && encoder.encode(text).length > MAX_TOPIC_BYTES) return 'TOO_LONG'
  return null
}

/** A UTF-8 string must not contain a lone surrogate [MQTT-1.5.4-1]. */
function isWellFormed(text: string): boolean {
  return text.isWellFormed()
}
