import { fork } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Channel } from '../shared/rpc/channel'
import { createPeer, type Peer } from '../shared/rpc/peer'

/** A process and its channel. */
export interface ProcessHandle<Remote extends object> {
  peer: Peer<Remote>
  /** Calls the listener once, when the process has ended. */
  onExit(listener: () => void): void
  /** Ends the process at once, whatever it does. */
  kill(): void
}

/** Starts a built file (`?modulePath`) in a process of its own, with an empty environment and as few rights as the host can give it. */
export type SpawnProcess = <Remote extends object>(path: string) => ProcessHandle<Remote>

/**
 * Starts a process of Node. Its permission model, where this Node has it, refuses files other than Treetop's own code, processes, threads
 * and addons; sockets only from Node 25 on.
 */
export const spawnProcess: SpawnProcess = <Remote extends object>(path: string) => {
  const child = fork(path, [], {
    env: {},
    execArgv: [...permissions(path), '--disallow-code-generation-from-strings', '--max-old-space-size=128'],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc']
  })
  // A process that cannot be started also ends.
  child.on('error', () => undefined)
  const ends = (listener: () => void): void => {
    let isTold = false
    const once = (): void => {
      if (isTold) return
      isTold = true
      listener()
    }
    child.once('exit', once)
    child.once('error', once)
  }
  return {
    peer: createPeer<Remote>(
      {
        post: (message) => void (child.connected && child.send(message as object, () => undefined)),
        on: (listener) => void child.on('message', listener),
        onClose: ends
      },
      {}
    ),
    onExit: ends,
    kill: () => void child.kill('SIGKILL')
  }
}

function permissions(path: string): string[] {
  const known = process.allowedNodeEnvironmentFlags
  const flag = ['--permission', '--experimental-permission'].find((each) => known.has(each))
  if (flag === undefined) return []
  return [flag, ...codeFor(dirname(path)).map((each) => `--allow-fs-read=${each}`)]
}

/** Packages that the built processes import, because the build leaves dependencies where they are. */
const PACKAGES = ['birpc', 'zod']

/** What Node reads to load a module of a folder: its neighbours, package.json, and packages, where Node itself looks for them. */
function codeFor(folder: string): string[] {
  const above = [folder]
  for (let at = folder; dirname(at) !== at; at = dirname(at)) above.push(dirname(at))
  const found = (name: string): string[] => {
    const path = above.map((each) => join(each, name)).find((each) => existsSync(each))
    return path === undefined ? [] : [path, realpathSync(path)]
  }
  return [
    join(folder, '*'),
    ...found('package.json'),
    ...PACKAGES.flatMap((name) => found(join('node_modules', name))).map((each) => join(each, '*'))
  ]
}

/** The port of a process of Electron's. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/** The process's end of the channel. Called only by files that `SpawnProcess` starts. Without the other end, the process ends. */
export function parentProcess(): Channel {
  const { parentPort } = process as { parentPort?: ParentPort }
  if (parentPort)
    return {
      post: (message) => parentPort.postMessage(message),
      on: (listener) => parentPort.on('message', ({ data }) => listener(data)),
      onClose: () => undefined
    }
  process.on('disconnect', () => process.exit(0))
  return {
    post: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    on: (listener) => void process.on('message', listener),
    onClose: (listener) => void process.on('disconnect', listener)
  }
}
