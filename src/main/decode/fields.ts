import type { SeriesField } from '../../shared/contract/series'
import { chartedOf, CHARTED_BYTES, ChartedValue, type Charted } from './charted'
import type { Decoders } from './decoders'
import { placesOf, Pointer, type Place } from './pointer'
import type { BirthNames } from './sparkplug-value'

const MAX_FIELDS = 300

/** The values of a payload that can be charted: numbers, booleans and short texts, with their pointers. */
export function fieldsOf(
  topic: string,
  payload: Buffer,
  decoders: Decoders,
  names: () => BirthNames | null
): SeriesField[] {
  const whole = new ChartedValue(topic, '', decoders, names).read(payload, 0)
  if (whole) return [fieldOf({ path: '', place: '' }, whole)]
  const { body } = decoders.decode(topic, payload, { format: 'auto' }, names)
  if (body.format === 'fault' || !('text' in body)) return []
  if (body.text.length > CHARTED_BYTES) return []
  const text = Buffer.from(body.text)
  return placesOf(text, MAX_FIELDS).flatMap((place) => {
    const scalar = new Pointer(place.path).find(text)
    const found = scalar && chartedOf(scalar)
    return found ? [fieldOf(place, found)] : []
  })
}

function fieldOf(place: Place, found: Charted): SeriesField {
  return 'number' in found
    ? { ...place, kind: 'number', text: found.number }
    : { ...place, kind: 'state', text: found.state }
}
