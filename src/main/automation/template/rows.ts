import { TemplateError } from './fault'

/** A row of a data file: its values by column. */
export type Row = ReadonlyMap<string, string>

/** Reads the rows of a file by its name: JSON is an array of objects, anything else is CSV with a head line. Throws ROWS_UNREADABLE. */
export function rowsOf(name: string, text: string): Row[] {
  const rows = /\.json$/i.test(name) ? jsonRows(name, text) : csvRows(text)
  if (rows.length === 0) throw new TemplateError('ROWS_UNREADABLE', name, 'no rows')
  return rows
}

function jsonRows(name: string, text: string): Row[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new TemplateError('ROWS_UNREADABLE', name, (error as Error).message)
  }
  if (!Array.isArray(value)) throw new TemplateError('ROWS_UNREADABLE', name, 'not an array')
  return value.map((row: unknown) => {
    if (typeof row !== 'object' || row === null)
      throw new TemplateError('ROWS_UNREADABLE', name, 'not an array of objects')
    return new Map(
      Object.entries(row).map(([key, cell]) => [key, typeof cell === 'string' ? cell : JSON.stringify(cell)])
    )
  })
}

/** CSV by RFC 4180, with any line ends. */
function csvRows(text: string): Row[] {
  const [head = [], ...lines] = csvLines(text.replace(/^\ufeff/, ''))
  return lines.map((line) => new Map(head.map((column, index) => [column.trim(), line[index] ?? ''])))
}

/** A cell in quotes or without, and what ends it. */
const CELL = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n][^,\r\n]*|))(,|\r\n|\n|\r|$)/y

function csvLines(text: string): string[][] {
  const lines: string[][] = []
  let line: string[] = []
  CELL.lastIndex = 0
  while (CELL.lastIndex < text.length) {
    const at = CELL.lastIndex
    const match = CELL.exec(text)
    if (!match) {
      // A quote that is not closed, or text behind one: take the line as it stands.
      const end = text.indexOf('\n', at)
      line.push(text.slice(at, end === -1 ? undefined : end))
      CELL.lastIndex = end === -1 ? text.length : end + 1
    } else {
      line.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '')
      if (match[3] === ',') {
        if (CELL.lastIndex === text.length) line.push('')
        else continue
      }
    }
    if (line.length > 1 || line[0] !== '') lines.push(line)
    line = []
  }
  if (line.length > 0) lines.push(line)
  return lines
}
