import type { TextFormat } from '../../shared/contract/transfer'
import { historyFault, openIfThere } from '../history/open'
import { HistoryScan, type ScanStep, type Selection } from '../history/scan'
import { Pacer } from '../pacer'
import { csv, csvSafe } from './csv'
import type { Format } from './format'
import { jsonl } from './jsonl'
import { LineBuffer } from './line-buffer'
import type { Sink } from './sink'

const formats: Record<TextFormat, Format> = { jsonl, csv, csvSafe }

/** Progress of an export. `share` of the range has been read, 0 to 1. */
export interface ExportStage {
  written: number
  bytes: number
  share: number
}

/** Bytes collected for one write. */
const WRITE_SIZE = 262_144
/** Longest time that an export blocks its thread, and minimum time between two progress reports, in ms. */
const SLICE_MS = 20
const STAGE_EVERY = 200
/** Limit of cached quoted topics. */
const TOPICS_KEPT = 50_000

/**
 * Writes the messages of a selection to a sink, in order of arrival, and yields the thread every few ms. A history
 * that does not exist yet is empty. Reports progress at most five times a second, and resolves with the final progress. Throws
 * HISTORY_UNAVAILABLE, FILE_UNWRITABLE, and the signal's reason when it is cancelled; in each case the sink is abandoned.
 */
export async function exportHistory(
  path: string,
  request: Selection & { format: TextFormat },
  sink: Sink,
  { signal, onStage }: { signal: AbortSignal; onStage: (stage: ExportStage) => void }
): Promise<ExportStage> {
  const stage: ExportStage = { written: 0, bytes: 0, share: 0 }
  let scan: HistoryScan | null = null
  try {
    scan = openIfThere(path, () => HistoryScan.open(path, request))
    const format = formats[request.format]
    const lines = new LineBuffer()
    lines.text(format.header)
    const flush = async (): Promise<void> => {
      await sink.write(lines.written)
      stage.bytes += lines.length
      lines.clear()
    }
    if (scan) {
      const quotedTopic = topicsOf(scan, format)
      const pacer = new Pacer(SLICE_MS)
      let toldAt = performance.now()
      for (const { rows, share } of stepsOf(scan)) {
        for (const row of rows) format.line(row, quotedTopic(row[1]), lines)
        stage.written += rows.length
        stage.share = share
        if (lines.length >= WRITE_SIZE) await flush()
        await pacer.yieldIfDue()
        signal.throwIfAborted()
        if (performance.now() - toldAt >= STAGE_EVERY) {
          toldAt = performance.now()
          onStage({ ...stage })
        }
      }
    }
    await flush()
    signal.throwIfAborted()
    await sink.finish()
    return { ...stage, share: 1 }
  } catch (error) {
    await sink.abandon()
    throw error
  } finally {
    scan?.close()
  }
}

/** A scan's steps, with SQLite's errors as HISTORY_UNAVAILABLE. */
function* stepsOf(scan: HistoryScan): Generator<ScanStep> {
  try {
    yield* scan.steps()
  } catch (error) {
    throw historyFault(error)
  }
}

/** Returns a lookup of quoted topics by id, with a cache. */
function topicsOf(scan: HistoryScan, format: Format): (topicId: number) => Buffer {
  const known = new Map<number, Buffer>()
  return (topicId) => {
    let quoted = known.get(topicId)
    if (quoted === undefined) {
      if (known.size === TOPICS_KEPT) known.clear()
      quoted = format.quoteTopic(scan.topicName(topicId))
      known.set(topicId, quoted)
    }
    return quoted
  }
}
