import type { DecodeFault } from '../../../shared/contract/decode'
import { ChartedValue } from '../../decode/charted'
import type { Decoders } from '../../decode/decoders'
import type { BirthNames } from '../../decode/sparkplug-value'
import type { Readers } from './seen'

/** Faults of a payload. The others are faults of a schema or limits of ours. */
const ofPayloads: ReadonlySet<DecodeFault['code']> = new Set([
  'ENDS_EARLY',
  'TRAILING_BYTES',
  'MALFORMED',
  'NOT_UTF8',
  'NOT_AN_IMAGE'
])

/** Reads values as charts do. `namesOf` returns the metric names that are known for a Sparkplug message. */
export function payloadReaders(
  decoders: Decoders,
  namesOf: (topic: string, messageId: number) => BirthNames | null
): Readers {
  return (topic, { path, as }) => {
    const value = new ChartedValue(topic, path, decoders, (id) => namesOf(topic, id))
    return {
      value({ payload, messageId }) {
        const read = value.read(payload, messageId ?? 0)
        if (read === null) return null
        return 'number' in read
          ? { text: read.number, number: Number(read.number) }
          : { text: read.state, number: NaN }
      },
      fault({ payload, messageId }) {
        // An empty payload clears what is retained; no format says anything about it.
        if (payload.length === 0) return null
        const asked = as === 'json' ? { format: 'json' as const } : { format: 'auto' as const }
        const { body } = decoders.decode(topic, payload, asked, () => namesOf(topic, messageId ?? 0))
        const violation = body.format === 'json' ? body.check?.violations[0] : undefined
        if (violation) {
          const { path, keyword, detail } = violation
          return `json: ${keyword} ${detail}${path && ` @${path}`}`
        }
        if (body.format !== 'fault' || !ofPayloads.has(body.fault.code)) return null
        return `${body.of}: ${body.fault.code}${placeText(body.fault.place)}`
      }
    }
  }
}

function placeText(place: DecodeFault['place']): string {
  if (place === null) return ''
  return 'offset' in place ? ` @${place.offset}` : ` @${place.line}:${place.column}`
}
