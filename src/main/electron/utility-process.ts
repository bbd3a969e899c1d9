import { utilityProcess } from 'electron'
import type { SpawnProcess } from '../process'
import { createPeer } from '../../shared/rpc/peer'

/**
 * Starts a process of Electron's that runs Node, with an empty environment. The fuses forbid to run Electron's binary as Node, and with it
 * Node's own options: its permission model is not to be had here.
 */
export const spawnUtilityProcess: SpawnProcess = <Remote extends object>(path: string) => {
  const child = utilityProcess.fork(path, [], { env: {}, stdio: 'ignore', serviceName: 'Treetop script' })
  const ends = (listener: () => void): void => void child.once('exit', () => listener())
  return {
    peer: createPeer<Remote>(
      {
        post: (message) => child.postMessage(message),
        on: (listener) => void child.on('message', listener),
        onClose: ends
      },
      {}
    ),
    onExit: ends,
    kill() {
      // Electron's `kill` asks; a script that never ends would not listen. Before it is spawned it has no id.
      if (child.pid === undefined) child.kill()
      else process.kill(child.pid, 'SIGKILL')
    }
  }
}
