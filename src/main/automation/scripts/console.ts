import { SCRIPT_LIMITS, type ScriptFault, type ScriptLine } from '../../../shared/contract/scripts'
import type { ScriptRef } from './allowed'
import type { Outcome } from './protocol'

const TELL_EVERY = 250
/** Lines of one script within a second; further ones are counted. */
const LINES_PER_SECOND = 200

interface Second {
  since: number
  count: number
  dropped: number
}

/** What scripts wrote, and what Treetop tells about them: the newest lines, in memory. */
export class ScriptConsole {
  private kept: ScriptLine[] = []
  private untold: ScriptLine[] = []
  private next = 1
  private timer: NodeJS.Timeout | null = null
  private readonly seconds = new Map<string, Second>()

  constructor(private readonly tell: (lines: ScriptLine[]) => void) {}

  lines(): ScriptLine[] {
    return this.kept
  }

  clear(): void {
    this.kept = []
    this.untold = []
  }

  /** Writes down what a call did, within LINES_PER_SECOND. */
  outcome(ref: ScriptRef, { lines, dropped, fault }: Pick<Outcome, 'lines' | 'dropped' | 'fault'>): void {
    const second = this.secondOf(ref)
    for (const line of lines) {
      if (second.count >= LINES_PER_SECOND) second.dropped++
      else {
        second.count++
        this.add(ref, line)
      }
    }
    second.dropped += dropped
    if (!fault) return
    if (second.count >= LINES_PER_SECOND) second.dropped++
    else {
      second.count++
      this.fault(ref, 'fault', fault)
    }
  }

  fault(ref: ScriptRef, event: 'fault' | 'restarted' | 'stopped', fault: ScriptFault): void {
    const { code, message, stack } = fault
    this.add(ref, {
      ...{ level: 'error', text: message, line: stack[0]?.line ?? null, stack, event, code }
    })
  }

  event(ref: ScriptRef, event: NonNullable<ScriptLine['event']>, more: Partial<ScriptLine> = {}): void {
    this.add(ref, { level: 'log', event, ...more })
  }

  stop(): void {
    if (this.timer) clearTimeout(this.timer)
  }

  private secondOf(ref: ScriptRef): Second {
    const key = `${ref.collection} ${ref.path}`
    const now = Date.now()
    const known = this.seconds.get(key)
    if (known && now - known.since < 1_000) return known
    if (known && known.dropped > 0) this.event(ref, 'dropped', { level: 'warn', count: known.dropped })
    const fresh = { since: now, count: 0, dropped: 0 }
    this.seconds.set(key, fresh)
    return fresh
  }

  private add({ collection, path }: ScriptRef, line: Partial<ScriptLine>): void {
    const whole: ScriptLine = {
      ...{ number: this.next++, at: Date.now() * 1_000, collection, path, level: 'log', text: '' },
      ...{ line: null, stack: [], event: null, code: null, count: 0 },
      ...line
    }
    for (const list of [this.kept, this.untold]) {
      list.push(whole)
      if (list.length > SCRIPT_LIMITS.consoleLines) list.splice(0, list.length - SCRIPT_LIMITS.consoleLines)
    }
    this.timer ??= setTimeout(() => {
      this.timer = null
      const lines = this.untold.splice(0)
      if (lines.length > 0) this.tell(lines)
    }, TELL_EVERY).unref()
  }
}
