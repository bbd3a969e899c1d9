import { EventEmitter } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import type { SpawnWorker } from '../worker'
import { serveBroker } from './serve'

/** Starts the broker on real ports, without a thread. */
export const spawnBroker: SpawnWorker = (_path, local) => {
  const { port1, port2 } = new MessageChannel()
  const life = new EventEmitter()
  serveBroker(portChannel(port2), '1')
  return {
    peer: createPeer(portChannel(port1), local),
    onExit: (listener) => void life.once('exit', listener),
    terminate: () => {
      port2.removeAllListeners('message')
      port1.close()
      return Promise.resolve(void life.emit('exit', null))
    }
  }
}
