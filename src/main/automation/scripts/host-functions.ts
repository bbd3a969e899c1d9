import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core'
import { SCRIPT_LIMITS } from '../../../shared/contract/scripts'
import { messageFrom } from './guest-message'
import type { Effects, ScriptSource } from './protocol'
import { framesIn } from './stack'

const { lineLength, linesPerCall, publishesPerCall, payload: MOST_PAYLOAD } = SCRIPT_LIMITS
/** Characters of a message's head: its properties may have thousands of texts. */
const MOST_HEAD = 1_000_000
const MOST_STACK = 8_000

interface Around {
  script: ScriptSource
  /** Of the current call. */
  effects: () => Effects
}

/**
 * What the prelude can call outside. Each reads texts and bytes up to a length, copies them, and notes what the script wants: nothing is
 * carried out here, and no object of either side reaches the other.
 */
export function hostFunctions(context: QuickJSContext, around: Around): QuickJSHandle {
  const { effects } = around
  const { file, kind, variables } = around.script
  const answer = (fault: string): QuickJSHandle => context.newString(fault)
  const shortened = (text: QuickJSHandle): string => startOf(context, text, lineLength)
  /** Takes a message, or returns a sentence. */
  const take = (head: QuickJSHandle, body: QuickJSHandle): string => {
    const { sent } = effects()
    if (sent.length === publishesPerCall) return `a call may publish at most ${publishesPerCall} messages`
    const text = textIn(context, head, MOST_HEAD)
    if (text === null) return 'the properties are too long'
    const payload = bytesIn(context, body)
    if (payload === null) return `the payload is longer than ${MOST_PAYLOAD} bytes`
    const message = messageFrom(text, payload)
    if (typeof message === 'string') return message
    sent.push(message)
    return ''
  }

  const functions: Record<string, (...handles: QuickJSHandle[]) => QuickJSHandle> = {
    variables: () => context.newString(JSON.stringify(variables)),
    publish: (head, body) =>
      answer(kind === 'message' ? take(head, body) : 'publish: return the message instead'),
    result(head, body) {
      effects().sent.length = 0
      return answer(take(head, body))
    },
    notice(text) {
      const { notices } = effects()
      if (notices.length === publishesPerCall) return answer('too many notices')
      notices.push(shortened(text))
      return answer('')
    },
    cancel(reason) {
      effects().cancelled ??= shortened(reason)
      return answer('')
    },
    print(level, text, stack) {
      const { lines } = effects()
      const named = textIn(context, level, 10)
      if (lines.length === linesPerCall) effects().dropped++
      else
        lines.push({
          level: named === 'warn' || named === 'error' ? named : 'log',
          text: shortened(text),
          line: framesIn(startOf(context, stack, MOST_STACK), file)[0]?.line ?? null
        })
      return answer('')
    },
    encode: (text) => context.newArrayBuffer(Uint8Array.from(bytesIn(context, text) ?? []).buffer),
    decode: (bytes) => context.newString(new TextDecoder().decode(bytesIn(context, bytes) ?? undefined))
  }
  const host = context.newObject()
  for (const [name, work] of Object.entries(functions))
    context
      .newFunction(name, (...handles) => work(...handles))
      .consume((handle) => context.setProp(host, name, handle))
  return host
}

/** A text of at most `most` UTF-16 units; null for anything else. The length of a primitive cannot be overridden. */
export function textIn(context: QuickJSContext, handle: QuickJSHandle, most: number): string | null {
  if (context.typeof(handle) !== 'string') return null
  const length = context.getProp(handle, 'length').consume((each) => context.getNumber(each))
  return length <= most ? context.getString(handle) : null
}

/** The start of a text. The prelude shortens nothing, so that a longer one is cut here, where the script cannot interfere. */
function startOf(context: QuickJSContext, handle: QuickJSHandle, most: number): string {
  return textIn(context, handle, 4 * MOST_PAYLOAD)?.slice(0, most) ?? ''
}

/** A payload: a text as UTF-8, or a copy of an ArrayBuffer's bytes; null: it is too long, or neither. */
function bytesIn(context: QuickJSContext, handle: QuickJSHandle): Uint8Array | null {
  if (context.typeof(handle) === 'string') {
    const text = textIn(context, handle, MOST_PAYLOAD)
    const bytes = text === null ? null : Buffer.from(text)
    return bytes && bytes.length <= MOST_PAYLOAD ? bytes : null
  }
  return context
    .getArrayBuffer(handle)
    .consume(({ value }) => (value.length <= MOST_PAYLOAD ? Uint8Array.from(value) : null))
}
