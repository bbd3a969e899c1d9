import type { SeriesField } from '../../shared/contract/series'
import { chartedOf, CHARTED_BYTES, ChartedValue, type Charted } from './charted'
import type { Decoders } from './decoders'
import { scalarsOf, type Place } from './pointer'
import type { BirthNames } from './sparkplug-value'

const MAX_FIELDS = 300

/** The values of a payload that can be charted: numbers, booleans and short texts, with their pointers. */
export function fieldsOf(
  topic: string,
  payload: Buffer,
  decoders: Decoders,
  names: () => BirthNames | null
): SeriesField[] {
  const value = new ChartedValue(topic, '', decoders, names)
  let known: string | null | undefined
  // Decoding may mean to inflate 16 MB.
  const decodedText = (): string | null =>
    known === undefined ? (known = value.decodedText(payload, 0)) : known
  const whole = value.read(payload, 0, decodedText)
  if (whole) return [fieldOf({ path: '', place: '' }, whole)]
  const decoded = decodedText()
  if (decoded === null || decoded.length > CHARTED_BYTES) return []
  const text = Buffer.from(decoded)
  return scalarsOf(text, MAX_FIELDS).flatMap(({ scalar, ...place }) => {
    const found = chartedOf(scalar)
    return found ? [fieldOf(place, found)] : []
  })
}

function fieldOf(place: Place, found: Charted): SeriesField {
  return 'number' in found
    ? { ...place, kind: 'number', text: found.number }
    : { ...place, kind: 'state', text: found.state }
}
