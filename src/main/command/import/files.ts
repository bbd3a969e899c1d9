import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import type { MessageProperties, Qos } from '../../../shared/message'
import { inspectRecording } from '../../history/recording-file'
import { HistoryScan } from '../../history/scan'
import { Failure, Misuse } from '../command'
import { importedOf, type Imported } from './message'

/** The messages of a file, one after the other. */
export type Source = AsyncIterable<Imported> | Iterable<Imported>

/** How a file is read. */
const formats: Record<string, (file: string) => Source> = {
  jsonl: jsonLines,
  csv: csvRows,
  treetop: recording
}

/** The messages of a file in their order. `format` null: the end of its name says it. Throws Misuse at once, and later Failure. */
export function messagesOf(file: string, format: string | null): Source {
  const found =
    format ?? (file === '-' ? undefined : /\.(jsonl|csv|treetop)$/i.exec(file)?.[1]?.toLowerCase())
  if (found === undefined)
    throw new Misuse(
      `Say what ${file === '-' ? 'standard input' : file} holds with --format jsonl, csv or treetop.`
    )
  if (file === '-' && found === 'treetop') throw new Misuse('A recording cannot come on standard input.')
  return formats[found]!(file)
}

async function* jsonLines(file: string): AsyncGenerator<Imported> {
  let number = 0
  for await (const line of createInterface({ input: contentOf(file), crlfDelay: Infinity })) {
    number++
    if (line.trim() === '') continue
    yield importedOf(parsedJson(line, `${file}:${number}`), `${file}:${number}`)
  }
}

async function* csvRows(file: string): AsyncGenerator<Imported> {
  const rows = contentOf(file).pipe(
    parse({ columns: true, bom: true, info: true, relax_column_count: false })
  )
  try {
    for await (const { record, info } of rows as AsyncIterable<{
      record: Record<string, string>
      info: { lines: number }
    }>) {
      const place = `${file}:${info.lines}`
      const { qos, retain, dup, properties, ...rest } = record
      yield importedOf(
        {
          ...rest,
          qos: Number(qos),
          retain: retain === 'true',
          dup: dup === 'true',
          properties: properties ? parsedJson(properties, place) : null
        },
        place
      )
    }
  } catch (error) {
    if (error instanceof CsvError)
      throw new Failure(`${file}: not CSV as Treetop writes it: ${error.message}.`)
    throw error
  }
}

function* recording(file: string): Generator<Imported> {
  inspectRecording(file)
  const scan = HistoryScan.open(file, { filter: null, from: null, to: null })
  try {
    for (const { rows } of scan.steps())
      for (const [, topicId, receivedAt, direction, qos, retain, dup, payload, properties] of rows)
        yield {
          topic: scan.topicName(topicId),
          receivedAt,
          message: {
            direction: direction === 0 ? 'in' : 'out',
            qos: qos as Qos,
            retain: retain === 1,
            dup: dup === 1,
            payload,
            properties: properties === null ? null : (JSON.parse(properties) as MessageProperties)
          }
        }
  } finally {
    scan.close()
  }
}

function contentOf(file: string): Readable {
  return file === '-' ? process.stdin : createReadStream(file)
}

function parsedJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Failure(`${place}: not JSON (${(error as Error).message}).`)
  }
}
