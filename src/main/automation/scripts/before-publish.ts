import type { SpawnProcess } from '../../process'
import { InTurn } from '../../../shared/in-turn'
import type { Outcome, ScriptMessage, ScriptSource } from './protocol'
import { ScriptProcess } from './script-process'

/** An idle process ends after this time, in ms. */
const IDLE_MS = 60_000

/** Runs scripts before a publish, one after the other, in a process that stays for the next one. */
export class BeforePublish {
  private process: ScriptProcess | null = null
  private idle: NodeJS.Timeout | null = null
  private readonly turns = new InTurn()

  constructor(
    private readonly spawn: SpawnProcess,
    private readonly path?: string
  ) {}

  run(script: ScriptSource, message: ScriptMessage): Promise<Outcome> {
    return this.turns.run(async () => {
      if (this.idle) clearTimeout(this.idle)
      if (!this.process || this.process.isOver) this.process = new ScriptProcess(this.spawn, this.path)
      const outcome = await this.process.call('beforePublish', { script, message })
      // A process ends after a fault, a moment after its answer.
      if (outcome.fault) this.stop()
      else this.idle = setTimeout(() => this.stop(), IDLE_MS).unref()
      return outcome
    })
  }

  stop(): void {
    if (this.idle) clearTimeout(this.idle)
    this.process?.end()
    this.process = null
  }
}
