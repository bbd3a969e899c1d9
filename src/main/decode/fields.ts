import type { SeriesField } from '../../shared/contract/series'
import { STATE_LENGTH, ChartedValue, type Charted } from './charted'
import type { BirthNames } from './sparkplug-value'
import type { Decoders } from './decoders'
import { pointerTo, readJson, type JsonNode } from './json-tree'
import { formatJson } from './json'

const MOST = 300

/** What of a payload can be charted: its numbers, booleans and short texts, with their places. */
export function fieldsOf(
  topic: string,
  payload: Buffer,
  decoders: Decoders,
  names: () => BirthNames | null
): SeriesField[] {
  const valueAt = (path: string): Charted | null =>
    new ChartedValue(topic, path, decoders, names).in(payload, 0)
  const whole = valueAt('')
  if (whole) return [fieldOf({ path: '', place: '' }, whole)]
  const { body } = decoders.decode(topic, payload, { format: 'auto' }, names)
  if (body.format === 'fault' || !('text' in body)) return []
  if ('cut' in body && body.cut !== null) return []
  const json = formatJson(Buffer.from(body.text))
  if (json.kind !== 'json') return []
  const places: Place[] = []
  collect(readJson(json.pretty), { path: '', place: '' }, places)
  return places.flatMap((place) => {
    const found = valueAt(place.path)
    return found ? [fieldOf(place, found)] : []
  })
}

type Place = Pick<SeriesField, 'path' | 'place'>

function fieldOf(place: Place, found: Charted): SeriesField {
  return 'number' in found
    ? { ...place, kind: 'number', text: found.number }
    : { ...place, kind: 'state', text: found.state }
}

/** Scalars in the order of the text. Items that have a `name` are known by it, wherever they stand. */
function collect(node: JsonNode, { path, place }: Place, into: Place[]): void {
  if (into.length >= MOST) return
  const below = (child: JsonNode, key: string | number, known: string | number): void =>
    collect(child, { path: pointerTo(path, known), place: pointerTo(place, key) }, into)
  if (node.kind === 'object') for (const [name, member] of node.members) below(member, name, name)
  else if (node.kind === 'array') {
    const names = node.items.map(nameOf)
    const known = new Set(names).size === names.length
    for (const [index, item] of node.items.entries()) {
      const name = names[index]
      below(item, index, known && name ? `[name=${name}]` : index)
    }
  } else if (node.text !== 'null' && node.text.length <= STATE_LENGTH + 2) into.push({ path, place })
}

function nameOf(node: JsonNode): string | undefined {
  const name = node.kind === 'object' ? node.members.get('name') : undefined
  return name?.kind === 'scalar' && name.text.startsWith('"') ? (JSON.parse(name.text) as string) : undefined
}
