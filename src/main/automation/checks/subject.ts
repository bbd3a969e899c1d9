import { escapeTemplate } from '../../../shared/is-template'
import type { CheckPreview, PayloadMatch } from '../../../shared/contract/new-checks'
import type { Qos } from '../../../shared/message'

/** A message for which a check is made. All texts are as the file has them: with variables, and braces that are none escaped. */
export interface Subject {
  /** A topic, or a filter. */
  topic: string
  /** The keys of an expectation that compare the payload, by what is offered; the best first. */
  payload: Map<PayloadMatch, Record<string, unknown>>
  qos: Qos
  retain: boolean
  /** MQTT 5 properties as an expectation has them. */
  properties: Record<string, unknown>
  /** The publish step. */
  publish: Record<string, unknown>
  notes: CheckPreview['notes']
}

/** A value of JSON whose texts are sent as they stand. */
export function literalJson(value: unknown): unknown {
  if (typeof value === 'string') return escapeTemplate(value)
  if (Array.isArray(value)) return value.map(literalJson)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, literalJson(each)]))
}
