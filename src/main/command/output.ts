/** Writes to standard output. Resolves when the text is written, as a pipe's reader may be slow, or when the reader is gone. */
export function print(text: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(text, () => resolve()))
}

/** Writes a line to standard error. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Shows a line that the next one replaces; only in a terminal. An empty one removes it. */
export function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}`)
}

/** Whoever reads standard output has closed it, as `head` does. Not a fault. */
export class ReaderGone extends Error {}

/** What ends a command early: Ctrl+C, a signal, or a reader of standard output that is gone. */
export interface Interruption {
  readonly signal: AbortSignal
  /** Whether the reader of standard output is gone. */
  readonly isReaderGone: boolean
  /** Stops listening. */
  release(): void
}

/** Listens for the signals that end a program. A second one ends it at once. */
export function interruption(): Interruption {
  const controller = new AbortController()
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  const cancel = (): void => controller.abort()
  const gone = (): void => controller.abort(new ReaderGone())
  for (const signal of signals) process.once(signal, cancel)
  process.stdout.on('error', gone)
  return {
    signal: controller.signal,
    get isReaderGone() {
      return controller.signal.reason instanceof ReaderGone
    },
    release() {
      for (const signal of signals) process.off(signal, cancel)
      process.stdout.off('error', gone)
    }
  }
}

/** `1 message`, `2 messages`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`
}
