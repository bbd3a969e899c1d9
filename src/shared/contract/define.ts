import type { z } from 'zod'
import type { HistoryRef } from './histories'

/**
 * Who answers a call:
 * - `main`: the main thread.
 * - `connection`: the worker of the connection that `connectionId` names. Throws NOT_FOUND when it is not open.
 * - `archive`: the thread that reads history files, for the history that `history` names. A connection first flushes its messages to disk.
 * - `broker`: the worker of the local broker. Throws BROKER_NOT_RUNNING when there is none.
 * - `tree`: the thread with the tree of `history` or the view `viewId`: a connection's worker, or the archive (past moments, recordings).
 */
export type Route = 'main' | 'connection' | 'archive' | 'broker' | 'tree'

/** The part of a call's input by which the router finds the thread that answers it. */
interface RoutedInput {
  main: unknown
  connection: { connectionId: string }
  archive: { history: HistoryRef }
  broker: unknown
  tree: { history: HistoryRef } | { viewId: string }
}

/** One call of the contract: its route, input and output. */
export interface CallSpec<
  R extends Route = Route,
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType
> {
  route: R
  input: I
  output: O
}

export function call<R extends Route, I extends z.ZodType<RoutedInput[R]>, O extends z.ZodType>(
  route: R,
  input: I,
  output: O
): CallSpec<R, I, O> {
  return { route, input, output }
}
