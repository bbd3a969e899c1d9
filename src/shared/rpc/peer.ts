import { createBirpc } from 'birpc'
import { AppError, encodeError, type ErrorCode, type ErrorDetails } from '../errors'
import type { Channel } from './channel'

/** Functions that one side offers. Each takes at most one argument. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the bound of a type parameter: any function fits
export type Functions = Record<string, (input: any) => unknown>

/** An answer on the wire. Errors travel as values: structured clone would strip an Error's code. */
type Envelope = { ok: true; value: unknown } | { ok: false; error: { code: ErrorCode; details: unknown } }

type Input<F> = F extends (input: infer I) => unknown ? I : never
type Output<F> = F extends (input: never) => infer O ? Awaited<O> : never

export interface Peer<Remote extends object> {
  /** Calls the remote side. Throws the AppError it threw, CHANNEL_CLOSED, or TIMED_OUT after a minute. */
  call<K extends keyof Remote & string>(name: K, input: Input<Remote[K]>): Promise<Output<Remote[K]>>
  /** Calls the remote side without waiting for an answer. */
  notify<K extends keyof Remote & string>(name: K, input: Input<Remote[K]>): void
  close(): void
}

/** Timeout of a call, in ms, long enough for a broker or a disk. Longer work is a job with events. */
const CALL_TIMEOUT = 60_000

/** Connects two sides over a channel. `local` holds the functions that the remote side may call. */
export function createPeer<Remote extends object>(channel: Channel, local: object): Peer<Remote> {
  const handlers = local as Functions
  const rpc = createBirpc<Functions, Functions, false>(
    {},
    {
      proxify: false,
      timeout: CALL_TIMEOUT,
      post: (message: unknown) => channel.post(message),
      // Ignore messages that are not frames: there is no call to answer.
      on: (listener) => channel.on((message) => void (isObject(message) && listener(message))),
      onTimeoutError() {
        throw new AppError('TIMED_OUT', { milliseconds: CALL_TIMEOUT })
      },
      // Own properties only: a caller must not reach `constructor` and the like.
      resolver: (name) => async (input: unknown) =>
        answer(Object.hasOwn(handlers, name) ? handlers[name] : undefined, name, input)
    }
  )
  channel.onClose(() => rpc.$close(new AppError('CHANNEL_CLOSED', {})))
  return {
    async call(name, input) {
      if (rpc.$closed) throw new AppError('CHANNEL_CLOSED', {})
      const envelope = (await rpc.$call(name, input)) as Envelope
      if (envelope.ok) return envelope.value as never
      throw new AppError(envelope.error.code, envelope.error.details as ErrorDetails[ErrorCode])
    },
    notify(name, input) {
      if (!rpc.$closed) void rpc.$callEvent(name, input)
    },
    close: () => rpc.$close(new AppError('CHANNEL_CLOSED', {}))
  }
}

function isObject(message: unknown): boolean {
  return typeof message === 'object' && message !== null
}

async function answer(
  handler: Functions[string] | undefined,
  name: string,
  input: unknown
): Promise<Envelope> {
  try {
    if (!handler) throw new AppError('NOT_FOUND', { what: 'call', id: name })
    return { ok: true, value: await handler(input) }
  } catch (error) {
    return { ok: false, error: encodeError(error) }
  }
}
