import { Worker, parentPort } from 'node:worker_threads'
import { createPeer, type Peer } from '../shared/rpc/peer'
import { portChannel } from '../shared/rpc/port'

/** A worker thread and its channel. */
export interface WorkerHandle<Remote extends object> {
  peer: Peer<Remote>
  /** Calls the listener once, when the thread has ended; `error` is its cause, or null. */
  onExit(listener: (error: Error | null) => void): void
  /** Terminates the thread immediately. */
  terminate(): Promise<void>
}

/** Starts a service's thread. Tests pass a function that runs the service without a thread. */
export type SpawnWorker = <Remote extends object>(
  path: string,
  local: object,
  data?: unknown,
  /** Size of V8's young generation, in MB. */
  youngMegabytes?: number
) => WorkerHandle<Remote>

/** Size of V8's young generation. By default it grows to 130 MB in a flood and stays there; much less would promote short-lived objects. */
const YOUNG_MEGABYTES = 48

/** Starts a thread from a built file (`?modulePath`) and opens a channel over its port. */
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

/** The thread's end of the channel. Called only by worker files. */
export function parentChannel(): ReturnType<typeof portChannel> {
  if (!parentPort) throw new Error('not in a worker thread')
  return portChannel(parentPort)
}
