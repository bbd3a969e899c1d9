import { AppError } from '../errors'
import {
  calls,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
  type EventPayload
} from '../contract'
import type { Channel } from './channel'
import { createPeer } from './peer'

/** A connected renderer. */
export interface PageSession {
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void
  /** Calls back once, when the renderer is gone. */
  onClose(listener: () => void): void
}

export type Handlers = {
  [N in CallName]: (input: CallInput<N>, session: PageSession) => CallOutput<N> | Promise<CallOutput<N>>
}

interface RendererSide {
  event(message: { name: EventName; payload: unknown }): void
}

/** Serves the contract to one renderer. Validates every input with its schema. */
export function serveContract(channel: Channel, handlers: Handlers): PageSession {
  const closers: (() => void)[] = []
  const local: Record<string, (input: unknown) => unknown> = {}
  for (const name of Object.keys(calls) as CallName[]) {
    local[name] = (input) => handlers[name](parseInput(name, input) as never, session)
  }
  const peer = createPeer<RendererSide>(channel, local)
  channel.onClose(() => {
    for (const close of closers) close()
  })
  const session: PageSession = {
    emit: (name, payload) => peer.notify('event', { name, payload }),
    onClose: (listener) => closers.push(listener)
  }
  return session
}

export interface Api {
  call<N extends CallName>(
    name: N,
    ...input: CallInput<N> extends void ? [] : [CallInput<N>]
  ): Promise<CallOutput<N>>
  /** Listens to an event until the returned function is called. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  close(): void
}

/** The renderer's side of the contract. */
export function connectContract(channel: Channel): Api {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  const peer = createPeer<Record<CallName, (input: unknown) => unknown>>(channel, {
    event({ name, payload }: { name: EventName; payload: unknown }) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never)
    }
  })
  return {
    call: (name, ...input) => peer.call(name, input[0] as never) as never,
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set)
      set.add(listener)
      return () => set.delete(listener)
    },
    close: () => peer.close()
  }
}

function parseInput(name: CallName, input: unknown): unknown {
  const result = calls[name].input.safeParse(input ?? undefined)
  if (result.success) return result.data
  const issues = result.error.issues.map((issue) => ({ path: issue.path.join('.'), fault: issue.message }))
  throw new AppError('INVALID_INPUT', { issues })
}
