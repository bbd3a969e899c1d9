import type { QuickJSWASMModule } from 'quickjs-emscripten-core'
import { createPeer } from '../../../shared/rpc/peer'
import { parentProcess } from '../../process'
import { Interpreter, loadQuickJs } from './interpreter'
import type { Outcome, ScriptFunctions, ScriptSource } from './protocol'

/** Entry of the process in which scripts run: one message script, or one run before a publish after the other. */
const quickJs = loadQuickJs()
let running: Interpreter | null = null

const functions: {
  [K in keyof ScriptFunctions]: (input: Parameters<ScriptFunctions[K]>[0]) => Promise<Outcome>
} = {
  start: (script) =>
    using((module) => {
      running = new Interpreter(module, script)
      return running.start()
    }),
  message: (message) => using(() => running!.call('onMessage', message)),
  beforePublish: ({ script, message }) => using((module) => once(module, script, message))
}

function once(
  module: QuickJSWASMModule,
  script: ScriptSource,
  message: Parameters<ScriptFunctions['message']>[0]
): Outcome {
  const interpreter = new Interpreter(module, script)
  const started = interpreter.start()
  const outcome = started.fault ? started : joined(started, interpreter.call('beforePublish', message))
  // After a fault QuickJS may hold what it cannot free: the process ends then.
  if (outcome.fault) setImmediate(() => process.exit(0))
  else interpreter.dispose()
  return outcome
}

function joined(first: Outcome, second: Outcome): Outcome {
  return { ...second, lines: [...first.lines, ...second.lines], dropped: first.dropped + second.dropped }
}

/** An interpreter that fails has an unknown state. Its process ends, and the other side starts another. */
async function using(work: (module: QuickJSWASMModule) => Outcome): Promise<Outcome> {
  try {
    return work(await quickJs)
  } catch {
    process.exit(1)
  }
}

createPeer(parentProcess(), functions)
