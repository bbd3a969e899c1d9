import { SCRIPT_LIMITS, type ScriptFault } from '../../../shared/contract/scripts'
import { RestartLimit } from '../../../shared/restart-limit'
import type { SpawnProcess } from '../../process'
import type { Outcome, ScriptMessage, ScriptSource } from './protocol'
import { ScriptProcess } from './script-process'

const { waiting: MOST_WAITING } = SCRIPT_LIMITS
/** Payload bytes that may wait. */
const MOST_BYTES = 16_000_000

interface Around {
  spawn: SpawnProcess
  path?: string | undefined
  /** A call has ended. `connection`: where its message came from; null: the script was started. */
  did: (outcome: Outcome, connection: string | null) => void
  /** It lost its state, because a call reached a limit or its process ended; it goes on. */
  restarted: (fault: ScriptFault) => void
  /** It does not go on. */
  stopped: (fault: ScriptFault) => void
  /** Messages came faster than it handles them. */
  skipped: (count: number) => void
}

/** After these, nobody knows what the interpreter holds. */
const FATAL: ReadonlySet<ScriptFault['code']> = new Set(['TIME', 'MEMORY', 'UNRESPONSIVE', 'CRASHED'])

/** A message script in its process: takes messages one after the other. */
export class MessageScript {
  private process: ScriptProcess | null = null
  private queue: { connection: string; message: ScriptMessage }[] = []
  private bytes = 0
  private unsaid = 0
  private isBusy = true
  private isOver = false
  private readonly restarts = new RestartLimit()

  constructor(
    readonly script: ScriptSource,
    private readonly around: Around
  ) {}

  start(): void {
    void this.begin()
  }

  take(connection: string, message: ScriptMessage): void {
    const { length } = message.payload
    if (this.isOver) return
    if (this.queue.length >= MOST_WAITING || this.bytes + length > MOST_BYTES) this.unsaid++
    else {
      this.queue.push({ connection, message })
      this.bytes += length
      if (!this.isBusy) void this.work()
    }
  }

  stop(): void {
    this.isOver = true
    this.process?.end()
    this.queue = []
  }

  private async begin(): Promise<void> {
    this.isBusy = true
    this.process = new ScriptProcess(this.around.spawn, this.around.path)
    const outcome = await this.process.call('start', this.script)
    if (this.isOver) return
    this.around.did(outcome, null)
    if (outcome.fault) return this.end(outcome.fault)
    await this.work()
  }

  private async work(): Promise<void> {
    this.isBusy = true
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      this.bytes -= next.message.payload.length
      const outcome = await this.process!.call('message', next.message)
      if (this.isOver) return
      this.around.did(outcome, next.connection)
      this.saySkipped()
      const { fault } = outcome
      if (fault?.code === 'NO_FUNCTION') return this.end(fault)
      if (fault && FATAL.has(fault.code)) return this.again(fault)
    }
    this.isBusy = false
  }

  private async again(fault: ScriptFault): Promise<void> {
    this.process?.end()
    if (!this.restarts.take()) return this.end(fault)
    this.around.restarted(fault)
    await this.begin()
  }

  private end(fault: ScriptFault): void {
    this.stop()
    this.around.stopped(fault)
  }

  private saySkipped(): void {
    if (this.unsaid > 0) this.around.skipped(this.unsaid)
    this.unsaid = 0
  }
}
