import type { SchemaCheck } from '../../shared/contract/decode'
import type { Decoders } from './decoders'

/** Checks a payload against the JSON Schema that is bound to its topic; null: none is. An empty payload breaks no rule. */
export function schemaCheck(decoders: Decoders, topic: string, payload: Uint8Array): SchemaCheck | null {
  const bound = decoders.bound(topic)
  if (bound?.decoder.format !== 'json' || bound.decoder.schema === undefined) return null
  const place = { filter: bound.filter, schema: bound.decoder.schema }
  if (payload.length === 0) return { ...place, violations: [], fault: null }
  const { body } = decoders.decode(topic, payload, { format: 'auto' })
  if (body.format === 'fault') return { ...place, violations: [], fault: body.fault }
  return { ...place, ...((body.format === 'json' && body.check) || { violations: [], fault: null }) }
}
