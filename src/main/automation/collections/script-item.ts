import type { FileFault } from '../../../shared/contract/collections'
import { filterFault } from '../../../shared/topic'
import { headerOf } from '../../../shared/script-header'
import { nameOfFile } from './item-path'

/** A script of a collection, from its text (null: it cannot be read). A message script whose header has a fault is not run. */
export function readScript(
  path: string,
  parent: string,
  { text, fault }: { text: string | null; fault: FileFault | null }
) {
  const { connections, filters, lines } = headerOf(text ?? '')
  const faults: FileFault[] = fault ? [fault] : []
  const report = (line: number | null, code: FileFault['code'], key: string, detail: string): void =>
    void faults.push({ file: path, line, warning: false, code, key, detail })
  for (const filter of filters)
    if (filterFault(filter) || filter.startsWith('$share/'))
      report(lines.get(filter) ?? null, 'WRONG_TYPE', '@filter', 'plant/+/temperature')
  if (filters.length > 0 && connections.length === 0) report(1, 'NO_CONNECTION', '@connection', '')
  return {
    ...{ path, parent, kind: 'script' as const, order: null, request: null, simulator: null, faults },
    source: text,
    name: nameOfFile(path.slice(path.lastIndexOf('/') + 1)),
    topic: filters.join(', ').slice(0, 1_000),
    ...{ preview: '', qos: 0 as const, retain: false }
  }
}
