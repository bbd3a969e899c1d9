import { historyFault, openIfThere } from '../history/open'
import { orClose } from '../history/or-close'
import { HistoryReader } from '../history/reader'
import { HistorySearch } from '../history/search'

interface OpenHistory {
  reader: HistoryReader
  search: HistorySearch
}

/** History files that are open for reading, from their first use until they are closed. */
export class OpenHistories {
  private readonly open = new Map<string, OpenHistory>()

  get paths(): string[] {
    return [...this.open.keys()]
  }

  /** Reads from a history; returns `none` if there is no file yet. Throws HISTORY_UNAVAILABLE. */
  read<T>(path: string, none: T, work: (history: OpenHistory) => T): T {
    const history = this.open.get(path) ?? openIfThere(path, openHistory)
    if (!history) return none
    this.open.set(path, history)
    return orHistoryFault(() => work(history))
  }

  close(path: string): void {
    this.open.get(path)?.reader.close()
    this.open.get(path)?.search.close()
    this.open.delete(path)
  }
}

/** Returns the result of `work`; SQLite errors become HISTORY_UNAVAILABLE. */
export function orHistoryFault<T>(work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw historyFault(error)
  }
}

function openHistory(path: string): OpenHistory {
  return orClose(HistoryReader.open(path), (reader) => ({ reader, search: HistorySearch.open(path) }))
}
