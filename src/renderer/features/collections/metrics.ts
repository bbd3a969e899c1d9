import { DATA_TYPES, type DataType } from '../../../shared/sparkplug-types'
import {
  replaced,
  stringText,
  withEntry,
  withItem,
  withoutItem,
  withSwapped
} from '../../../shared/value-text/edit'
import { valueOf, type NodeOf, type ValueNode } from '../../../shared/value-text/node'
import { readValueText, ValueTextError } from '../../../shared/value-text/read'

/** A metric as a form shows it. Empty: the text does not have it. */
export interface MetricRow {
  name: string
  alias: string
  /** As it is written, also if there is no such type. */
  type: string
  value: string
  timestamp: string
  isNull: boolean
  isHistorical: boolean
  isTransient: boolean
}

/** A Sparkplug payload in a text that may have expressions in it. */
export interface MetricsText {
  timestamp: string
  seq: string
  metrics: MetricRow[]
}

/** Line and column from 1; null: it is JSON, but no payload with metrics. */
export type MetricsFault = { line: number; column: number } | null

export type MetricField = 'name' | 'alias' | 'type' | 'value' | 'timestamp'

const EMPTY = '{\n  "timestamp": "{{$now iso}}",\n  "seq": {{$seq}},\n  "metrics": []\n}'

/** What a form can show of a text. An empty text has no metrics yet. */
export function readMetrics(text: string): MetricsText | { fault: MetricsFault } {
  const found = parsed(text.trim() === '' ? EMPTY : text)
  if ('fault' in found) return found
  const { root, list, text: whole } = found
  const shown = (map: NodeOf<'map'>, name: string): string => shownText(whole, valueOf(map, name))
  return {
    timestamp: text.trim() === '' ? '' : shown(root, 'timestamp'),
    seq: text.trim() === '' ? '' : shown(root, 'seq'),
    metrics: list.items.map((item) => {
      const metric = item.kind === 'map' ? item : emptyMap
      const value = valueOf(metric, 'value')
      const isTrue = (name: string): boolean => {
        const flag = valueOf(metric, name)
        return flag?.kind === 'boolean' && flag.value
      }
      return {
        name: shown(metric, 'name'),
        alias: shown(metric, 'alias'),
        type: typeName(shown(metric, 'type')),
        value: value?.kind === 'null' ? '' : shownText(whole, value),
        timestamp: shown(metric, 'timestamp'),
        isNull: value === undefined || value.kind === 'null',
        isHistorical: isTrue('isHistorical'),
        isTransient: isTrue('isTransient')
      }
    })
  }
}

const emptyMap: NodeOf<'map'> = { kind: 'map', entries: [], from: 0, to: 0 }

interface Parsed {
  text: string
  root: NodeOf<'map'>
  list: NodeOf<'list'>
}

/** The list of metrics is added if there is none. */
function parsed(text: string): Parsed | { fault: MetricsFault } {
  try {
    const root = readValueText(text, { templates: true })
    if (root.kind !== 'map') return { fault: null }
    const list = valueOf(root, 'metrics')
    if (list) return list.kind === 'list' ? { text, root, list } : { fault: null }
    return parsed(withEntry(text, root, 'metrics', '[]'))
  } catch (error) {
    if (!(error instanceof ValueTextError)) throw error
    const before = text.slice(0, error.offset)
    return {
      fault: { line: before.split('\n').length, column: error.offset - before.lastIndexOf('\n') }
    }
  }
}

function shownText(text: string, node: ValueNode | undefined): string {
  if (!node || node.kind === 'null') return ''
  return node.kind === 'string' ? node.value : text.slice(node.from, node.to)
}

/** A type that is written as its number has its name. */
function typeName(written: string): string {
  return /^\d+$/.test(written) ? (DATA_TYPES[Number(written)] ?? written) : written
}

/** The text after a change; unchanged if it is no payload. */
function changed(text: string, change: (found: Parsed) => string): string {
  const found = parsed(text.trim() === '' ? EMPTY : text)
  return 'fault' in found ? text : change(found)
}

export function withHead(text: string, name: 'timestamp' | 'seq', typed: string): string {
  return changed(text, ({ text, root }) =>
    withEntry(text, root, name, typed === '' ? null : name === 'seq' ? scalarText(typed) : timeText(typed))
  )
}

export function addMetric(text: string): string {
  return changed(text, ({ text, list }) => withItem(text, list, '{"name": "", "type": "Double", "value": 0}'))
}

export function removeMetric(text: string, index: number): string {
  return changed(text, ({ text, list }) => withoutItem(text, list, index))
}

/** Moves a metric by one place; the text as it is if there is none to change places with. */
export function moveMetric(text: string, index: number, by: 1 | -1): string {
  return changed(text, ({ text, list }) =>
    list.items[index + by] ? withSwapped(text, list, index, index + by) : text
  )
}

function metricOf(found: Parsed, index: number): NodeOf<'map'> | null {
  const metric = found.list.items[index]
  return metric?.kind === 'map' ? metric : null
}

/** Writes what was typed for a field of a metric; an empty one, but for name and value, is left out. */
export function withField(text: string, index: number, field: MetricField, typed: string): string {
  return changed(text, (found) => {
    const metric = metricOf(found, index)
    if (!metric) return text
    if (field === 'value')
      return withEntry(found.text, metric, 'value', valueText(typeOf(found, metric), typed))
    if (field !== 'type') {
      const written =
        field === 'name' ? stringText(typed) : field === 'alias' ? scalarText(typed) : timeText(typed)
      return withEntry(found.text, metric, field, typed === '' && field !== 'name' ? null : written)
    }
    // The value goes with its type.
    const value = valueOf(metric, 'value')
    const shown = shownText(found.text, value)
    const moved =
      value && value.kind !== 'null' ? replaced(found.text, value, valueText(typed, shown)) : found.text
    return changed(moved, (again) =>
      withEntry(again.text, metricOf(again, index)!, 'type', stringText(typed))
    )
  })
}

export function withFlag(
  text: string,
  index: number,
  flag: 'isNull' | 'isHistorical' | 'isTransient',
  on: boolean
): string {
  return changed(text, (found) => {
    const metric = metricOf(found, index)
    if (!metric) return text
    if (flag === 'isNull')
      return withEntry(found.text, metric, 'value', on ? 'null' : firstValue(typeOf(found, metric)))
    return withEntry(found.text, metric, flag, on ? 'true' : null)
  })
}

function typeOf(found: Parsed, metric: NodeOf<'map'>): string {
  return typeName(shownText(found.text, valueOf(metric, 'type')))
}

const TEXTS: readonly string[] = ['String', 'Text', 'UUID'] satisfies DataType[]

/** A value as JSON. What cannot be one for its type is kept as a string, whose fault is then reported. */
function valueText(type: string, typed: string): string {
  if (type === 'DateTime') return timeText(typed)
  return TEXTS.includes(type) ? stringText(typed) : scalarText(typed)
}

/** ms since 1970 UTC, or a time in ISO 8601, which an expression may stand for. */
function timeText(typed: string): string {
  return /^\d+$/.test(typed) ? typed : stringText(typed)
}

function scalarText(typed: string): string {
  try {
    const node = readValueText(typed, { templates: true })
    return node.kind === 'string' ? stringText(typed) : typed.trim()
  } catch {
    return stringText(typed)
  }
}

/** What a metric of a type begins with. */
function firstValue(type: string): string {
  if (TEXTS.includes(type)) return '""'
  if (type.endsWith('Array')) return '[]'
  const others: Partial<Record<string, string>> = {
    Boolean: 'false',
    DateTime: '"{{$now iso}}"',
    Bytes: "h''",
    File: "h''",
    DataSet: '{"columns": [], "types": [], "rows": []}',
    Template: '{"metrics": []}'
  } satisfies Partial<Record<DataType, string>>
  return others[type] ?? '0'
}
