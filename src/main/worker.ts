import { Worker, parentPort } from 'node:worker_threads'
import { createPeer, type Peer } from '../shared/rpc/peer'
import { portChannel } from '../shared/rpc/port'

/** A worker thread and the way to talk to it. */
export interface WorkerHandle<Remote extends object> {
  peer: Peer<Remote>
  /** Calls back once when the thread has ended; `error` is what ended it, or null. */
  onExit(listener: (error: Error | null) => void): void
  /** Ends the thread at once. */
  terminate(): Promise<void>
}

/** How services start their threads; tests give the same functions without one. */
export type SpawnWorker = <Remote extends object>(
  path: string,
  local: object,
  data?: unknown,
  /** Room for short-lived objects, in MB. */
  youngMegabytes?: number
) => WorkerHandle<Remote>

/** Room for short-lived objects. V8's own limit lets it grow to 130 MB in a flood, and stay there; much less would age what is short-lived. */
const YOUNG_MEGABYTES = 48

/** Starts a thread from a built file (`?modulePath`) and joins it over its port. */
export const spawnWorker: SpawnWorker = <Remote extends object>(
  path: string,
  local: object,
  data?: unknown,
  youngMegabytes = YOUNG_MEGABYTES
) => {
  const worker = new Worker(path, {
    workerData: data,
    resourceLimits: { maxYoungGenerationSizeMb: youngMegabytes }
  })
  let failure: Error | null = null
  worker.on('error', (error: Error) => {
    failure = error
  })
  return {
    peer: createPeer<Remote>(portChannel(worker), local),
    onExit: (listener) => void worker.once('exit', () => listener(failure)),
    terminate: async () => void (await worker.terminate())
  }
}

/** The thread's own end of the same channel. Only a worker file calls it. */
export function parentChannel(): ReturnType<typeof portChannel> {
  if (!parentPort) throw new Error('not in a worker thread')
  return portChannel(parentPort)
}
