import variant from '@jitl/quickjs-singlefile-mjs-release-sync'
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
  type QuickJSWASMModule
} from 'quickjs-emscripten-core'
import { SCRIPT_LIMITS, type ScriptFault } from '../../../shared/contract/scripts'
import { headFor } from './guest-message'
import { hostFunctions, textIn } from './host-functions'
import { PRELUDE, PRELUDE_FILE } from './prelude'
import { noEffects, type Outcome, type ScriptMessage, type ScriptSource } from './protocol'
import { framesIn } from './stack'

const { callMs, memory, lineLength } = SCRIPT_LIMITS
/** Processor time to describe what was thrown, in ms: that runs code of the script, too. */
const DESCRIBE_MS = 50
/** Further memory for that, in bytes. */
const DESCRIBE_BYTES = 4_000_000
/** QuickJS's own measure of its stack, in bytes. The frames of WebAssembly take more of the thread's stack. */
const STACK_BYTES = 192 * 1_024
/** Pages of 64 KB: whatever happens inside, WebAssembly's memory does not grow beyond 128 MB. */
const PAGES = { initial: 256, maximum: 2_048 }
const MOST_STACK = 8_000

/** Loads QuickJS into a WebAssembly memory of its own. */
export async function loadQuickJs(): Promise<QuickJSWASMModule> {
  const wasmMemory = new WebAssembly.Memory(PAGES)
  return newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory }))
}

type Calls = Record<'message' | 'before' | 'describe', QuickJSHandle>
type Handler = 'onMessage' | 'beforePublish'

/**
 * One script in QuickJS. It has ECMAScript and the prelude's functions, nothing of Node: only texts, numbers and copied bytes pass between
 * inside and outside. Throws only if QuickJS itself fails: the process must then end, because its state is unknown.
 */
export class Interpreter {
  private readonly runtime: QuickJSRuntime
  private readonly context: QuickJSContext
  private readonly calls: Calls
  /** Processor time at which the current call must end, in ms. */
  private deadline = 0
  private isLate = false
  private effects = noEffects()

  constructor(
    quickJs: QuickJSWASMModule,
    private readonly script: ScriptSource
  ) {
    this.runtime = quickJs.newRuntime()
    this.runtime.setMemoryLimit(memory)
    this.runtime.setMaxStackSize(STACK_BYTES)
    this.runtime.setInterruptHandler(() => (this.isLate ||= processorMs() > this.deadline))
    this.context = this.runtime.newContext()
    this.allow(callMs)
    this.calls = this.runPrelude()
  }

  /** Runs the script's top level. */
  start(): Outcome {
    return this.run(() => {
      const result = this.context.evalCode(this.script.source, this.script.file, {
        type: 'global',
        strict: true
      })
      if (result.error) return this.faultOf(result.error)
      result.value.dispose()
      return this.settle(null)
    })
  }

  /** Calls a function of the script with a message. */
  call(name: Handler, message: ScriptMessage): Outcome {
    return this.run(() => {
      const { context } = this
      const handler = context.unwrapResult(
        context.evalCode(`typeof ${name} === 'function' ? ${name} : undefined`, PRELUDE_FILE)
      )
      if (context.typeof(handler) !== 'function') {
        handler.dispose()
        return { code: 'NO_FUNCTION', message: name, stack: [] }
      }
      const text = utf8(message.payload)
      const input = [
        handler,
        context.newString(headFor(message)),
        text === null ? context.undefined : context.newString(text),
        text === null ? context.newArrayBuffer(Uint8Array.from(message.payload).buffer) : context.undefined
      ]
      const called = context.callFunction(
        name === 'onMessage' ? this.calls.message : this.calls.before,
        context.undefined,
        ...input
      )
      for (const handle of input) handle.dispose()
      return called.error ? this.faultOf(called.error) : this.settle(called.value)
    })
  }

  /** Frees its memory. Throws if QuickJS finds it in disorder, as after an interrupted call. */
  dispose(): void {
    for (const handle of Object.values(this.calls)) handle.dispose()
    this.context.dispose()
    this.runtime.dispose()
  }

  private run(work: () => ScriptFault | null): Outcome {
    this.effects = noEffects()
    this.allow(callMs)
    const fault = work()
    return { ...this.effects, fault }
  }

  /** Runs promise jobs until there are none, and frees what a call returned. Null, or why it was rejected. */
  private settle(returned: QuickJSHandle | null): ScriptFault | null {
    try {
      while (this.runtime.hasPendingJob()) {
        const done = this.runtime.executePendingJobs(100)
        if (done.error) return this.faultOf(done.error)
        done.dispose()
        if ((this.isLate ||= processorMs() > this.deadline)) return { code: 'TIME', message: '', stack: [] }
      }
      if (!returned) return null
      const state = this.context.getPromiseState(returned)
      if (state.type === 'rejected') return this.faultOf(state.error)
      if (state.type === 'fulfilled' && state.value !== returned) state.value.dispose()
      return null
    } finally {
      if (returned?.alive) returned.dispose()
    }
  }

  /** Describes what was thrown, and frees it. */
  private faultOf(error: QuickJSHandle): ScriptFault {
    const { context } = this
    const wasLate = this.isLate
    this.allow(DESCRIBE_MS)
    // What the script keeps may have used up its memory.
    this.runtime.setMemoryLimit(memory + DESCRIBE_BYTES)
    const described = context.callFunction(this.calls.describe, context.undefined, error)
    error.dispose()
    const text = described.error ? null : textIn(context, described.value, 4 * MOST_STACK)
    ;(described.error ?? described.value).dispose()
    this.runtime.setMemoryLimit(memory)
    this.isLate = wasLate
    const [message, stack] = pairIn(text)
    return {
      code: wasLate ? 'TIME' : (LIMITS.get(message) ?? 'ERROR'),
      message: message.slice(0, lineLength),
      stack: framesIn(stack, this.script.file)
    }
  }

  private runPrelude(): Calls {
    const { context } = this
    const functions = hostFunctions(context, {
      script: this.script,
      effects: () => this.effects
    })
    const prelude = context.unwrapResult(context.evalCode(PRELUDE, PRELUDE_FILE))
    const made = context.unwrapResult(context.callFunction(prelude, context.undefined, functions))
    const [message, before, describe] = (['message', 'before', 'describe'] as const).map((name) =>
      context.getProp(made, name)
    )
    for (const handle of [prelude, functions, made]) handle.dispose()
    return { message: message!, before: before!, describe: describe! }
  }

  private allow(milliseconds: number): void {
    this.deadline = processorMs() + milliseconds
    this.isLate = false
  }
}

/** QuickJS's errors for limits. */
const LIMITS = new Map<string, ScriptFault['code']>([
  ['InternalError: out of memory', 'MEMORY'],
  ['InternalError: string too long', 'MEMORY'],
  ['InternalError: stack overflow', 'STACK'],
  ['RangeError: Maximum call stack size exceeded', 'STACK']
])

/** Processor time of this process, in ms. Unlike the clock, it stands still while others use the processor. */
function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}

function utf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

function pairIn(text: string | null): [string, string] {
  try {
    const [message, stack] = JSON.parse(text ?? '') as unknown[]
    return [String(message), String(stack)]
  } catch {
    return ['', '']
  }
}
