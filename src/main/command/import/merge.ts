import type { Source } from './files'
import type { Imported } from './message'

/** The messages of several files by time; of the same time, those of an earlier file first. Each file stays in its order. */
export async function* merged(files: readonly Source[]): AsyncGenerator<Imported> {
  const readers = files.map((file) =>
    Symbol.asyncIterator in file ? file[Symbol.asyncIterator]() : file[Symbol.iterator]()
  )
  const heads: IteratorResult<Imported>[] = []
  for (const reader of readers) heads.push(await reader.next())
  for (;;) {
    let first = -1
    for (const [index, head] of heads.entries()) {
      if (head.done) continue
      const best = first < 0 ? null : heads[first]!
      if (!best || head.value.receivedAt < (best.value as Imported).receivedAt) first = index
    }
    if (first < 0) return
    yield heads[first]!.value as Imported
    heads[first] = await readers[first]!.next()
  }
}
