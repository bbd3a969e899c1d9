import { MOST_FAILURES } from '../../../shared/contract/checks'
import { withTexts } from './said'
import type { FileNews } from './check-functions'
import type { CheckResult, Failure, FileResult } from './result'

/** ms between two pieces of news. */
const TELL_EVERY = 100
/** Characters of a line or text of a failure, and lines of each kind. */
const MAX_LINE = 1_000
const MAX_LINES = 100

/** Gathers what becomes of a run's files, and tells it at most every 100 ms. What brokers and files say is shortened. */
export class NewsBatch {
  private readonly files = new Map<number, FileNews>()
  private timer: NodeJS.Timeout | null = null
  private last = 0
  private failures = 0

  constructor(private readonly tell: (files: FileNews[]) => void) {}

  planned(index: number, planned: number): void {
    this.of(index).planned = planned
  }

  began(index: number, running: Pick<CheckResult, 'name' | 'check'>): void {
    this.of(index).running = running
  }

  checked(index: number, result: CheckResult): void {
    const news = this.of(index)
    news.running = null
    news.checks.push({ ...result, failure: result.failure && this.shortened(result.failure) })
  }

  fileEnded(index: number, result: FileResult): void {
    const news = this.of(index)
    news.running = null
    news.end = { ...result, checks: [] }
  }

  /** Tells what is left. */
  close(): void {
    if (this.timer) clearTimeout(this.timer)
    this.flush()
  }

  private of(index: number): FileNews {
    let news = this.files.get(index)
    if (!news) this.files.set(index, (news = { index, planned: null, running: null, checks: [], end: null }))
    this.timer ??= setTimeout(() => this.flush(), Math.max(0, this.last + TELL_EVERY - Date.now()))
    return news
  }

  private flush(): void {
    this.timer = null
    this.last = Date.now()
    if (this.files.size === 0) return
    const files = [...this.files.values()]
    this.files.clear()
    this.tell(files)
  }

  private shortened(failure: Failure): Failure {
    const isKept = ++this.failures <= MOST_FAILURES
    const lines = (of: readonly string[]): string[] => (isKept ? of.slice(0, MAX_LINES).map(short) : [])
    return {
      ...failure,
      sentence: withTexts(failure.sentence, short),
      details: failure.details.slice(0, MAX_LINES).map((line) => withTexts(line, short)),
      messages: lines(failure.messages),
      packets: lines(failure.packets)
    }
  }
}

function short(text: string): string {
  return text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}…` : text
}
