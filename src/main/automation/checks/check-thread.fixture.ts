import { MessageChannel } from 'node:worker_threads'
import { createPeer } from '../../../shared/rpc/peer'
import { portChannel } from '../../../shared/rpc/port'
import { spawnBroker } from '../../broker/threadless.fixture'
import type { SpawnWorker } from '../../worker'
import { CheckThread } from './check-thread'
import { serveChecks } from './serve'

/** A thread of checks without a thread, which can be killed. It knows no profiles. */
export function threadFor(): { thread: CheckThread; kill: (error: Error) => void } {
  let exit: (error: Error | null) => void = () => undefined
  const spawn: SpawnWorker = (path, local, ...rest) => {
    if (path !== 'checks') return spawnBroker(path, local, ...rest)
    const { port1, port2 } = new MessageChannel()
    serveChecks(portChannel(port2))
    const listeners: ((error: Error | null) => void)[] = []
    const end = (error: Error | null): void => {
      port1.close()
      listeners.splice(0).forEach((listener) => listener(error))
    }
    exit = end
    return {
      peer: createPeer(portChannel(port1), local),
      onExit: (listener) => void listeners.push(listener),
      terminate: () => Promise.resolve(end(null))
    }
  }
  return { thread: new CheckThread(spawn, '1', () => Promise.resolve(null)), kill: (error) => exit(error) }
}
