import { basename } from 'node:path'
import type { SpawnWorker } from '../worker'
import type { Log } from './log'

/** Wraps `spawn`: logs each worker that ends with an error, with the error's stack. */
export function toldSpawn(spawn: SpawnWorker, log: Log): SpawnWorker {
  return (path, ...rest) => {
    const handle = spawn(path, ...rest)
    handle.onExit((error) => {
      if (error) log.error(() => `the worker ${basename(path)} ended`, error)
    })
    return handle
  }
}
