import type { Recipient } from './recorder'

/** Takes no messages: for clients that subscribe to nothing, or of whose messages nothing is recorded. */
export const nobody: Recipient = {
  atMostOnce: () => undefined,
  atLeastOnce: () => undefined,
  exactlyOnce: () => undefined,
  released: () => undefined,
  sessionLost: () => undefined,
  outgoing: () => undefined,
  noteRetained: () => undefined,
  flush: () => undefined
}
