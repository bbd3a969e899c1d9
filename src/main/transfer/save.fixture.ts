import { EventEmitter } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import type { SpawnWorker } from '../worker'
import { createSaveThread, type SaveFunctions, type SaveListener } from './save-thread'

/** Saves recordings over real ports without threads. `held`: copies wait until released, to simulate long ones. */
export function saveThreads(held = false) {
  let letGo = (): void => undefined
  const gate = held ? new Promise<void>((resolve) => (letGo = resolve)) : Promise.resolve()
  let ended = 0
  let crash = (): void => {
    throw new Error('no thread was started yet')
  }
  const spawn: SpawnWorker = (_path, local) => {
    const { port1, port2 } = new MessageChannel()
    const life = new EventEmitter()
    const functions = createSaveThread((what, told) => peer.notify(what, told as never))
    const waiting: SaveFunctions = {
      copy: async (job) => {
        await gate
        await functions.copy(job)
      }
    }
    const peer = createPeer<SaveListener>(portChannel(port2), waiting)
    const exit = (error: Error | null): void => {
      port1.close()
      life.emit('exit', error)
    }
    crash = () => exit(new Error('out of memory'))
    return {
      peer: createPeer(portChannel(port1), local),
      onExit: (listener) => void life.once('exit', listener),
      async terminate() {
        await gate
        ended++
        exit(null)
      }
    }
  }
  return { spawn, letGo: () => letGo(), crash: () => crash(), ended: () => ended }
}
