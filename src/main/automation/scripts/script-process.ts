import { SCRIPT_LIMITS, type ScriptFault } from '../../../shared/contract/scripts'
import type { ProcessHandle, SpawnProcess } from '../../process'
import processPath from './process?modulePath'
import { noEffects, Outcome, type ScriptFunctions } from './protocol'

/** How long a process may take to start and to answer for the first time, in ms. */
const START_MS = 15_000

/** A process for scripts, as seen from outside: every call gets an outcome, whatever the process does. */
export class ScriptProcess {
  private readonly handle: ProcessHandle<ScriptFunctions>
  private readonly ended: Promise<ScriptFault['code']>
  private patience = START_MS
  /** It has ended, or was ended: the next call needs another. */
  isOver = false

  constructor(spawn: SpawnProcess, path = processPath) {
    this.handle = spawn<ScriptFunctions>(path)
    this.ended = new Promise((resolve) => {
      this.handle.onExit(() => {
        this.isOver = true
        resolve('CRASHED')
      })
    })
  }

  /** Ends the process if it does not answer in time, or with something that is no outcome. */
  async call<K extends keyof ScriptFunctions>(
    name: K,
    input: Parameters<ScriptFunctions[K]>[0]
  ): Promise<Outcome> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<ScriptFault['code']>((resolve) => {
      timer = setTimeout(() => resolve('UNRESPONSIVE'), this.patience)
    })
    const answered = this.handle.peer.call(name, input as never).then(
      (answer) => Outcome.safeParse(answer).data ?? ('CRASHED' as const),
      () => 'CRASHED' as const
    )
    const outcome = await Promise.race([answered, this.ended, late])
    clearTimeout(timer)
    this.patience = SCRIPT_LIMITS.answerMs
    if (typeof outcome !== 'string') return outcome
    this.end()
    return { ...noEffects(), fault: { code: outcome, message: '', stack: [] } }
  }

  end(): void {
    this.isOver = true
    this.handle.kill()
  }
}
