import { randomUUID } from 'node:crypto'
import { decode, encode } from '../electron/clone'
import { PRELOAD_ERROR } from '../electron/link'
import { joinWorlds, type BridgeEnd } from './bridge'

/** The world of the preload, and the bindings through which it reaches this process. */
export const WORLD = 'Electron Isolated Context'
export const BINDING = '__standInSend'
export const RECEIVE = '__standInReceive'

/** The `process` values that a sandboxed preload sees. */
const sandboxedProcess = {
  type: 'renderer',
  sandboxed: true,
  contextIsolated: true,
  platform: process.platform,
  arch: process.arch,
  versions: process.versions
}

/** Runs in the page's own world before its scripts: defines the API that the preload exposes, frozen permanently. */
function pageWorld({ answer }: BridgeEnd): void {
  const freeze = (of: unknown): void => {
    if (typeof of !== 'object' || of === null || Object.isFrozen(of) || ArrayBuffer.isView(of)) return
    Object.freeze(of)
    for (const each of Object.values(of)) freeze(each)
  }
  answer('expose', ({ name, api }: { name: string; api: unknown }) => {
    if (name in window)
      throw new Error('Cannot bind an API on top of an existing property on the window object')
    freeze(api)
    Object.defineProperty(window, name, {
      value: api,
      enumerable: true,
      configurable: false,
      writable: false
    })
  })
}

/** Runs in the preload's world: executes the preload with only the globals of a sandboxed one (Electron, "Process Sandboxing"). */
function preloadWorld(
  { ask }: BridgeEnd,
  names: { binding: string; receive: string; preloadError: string },
  processProperties: object,
  enc: (value: unknown) => string,
  dec: (text: string) => unknown,
  preload: (...globals: unknown[]) => void
): void {
  const world = globalThis as unknown as Record<string, (text: string) => void>
  const send = (...args: unknown[]): void => world[names.binding]!(enc(args))
  /** Throws on members that the stand-in does not have, so that their use cannot go unnoticed. */
  const known = <T extends object>(name: string, of: T): T =>
    new Proxy(of, {
      get(own, key) {
        if (typeof key === 'symbol' || key in own) return Reflect.get(own, key) as unknown
        throw new Error(`The stand-in for Electron does not know ${name}.${key}`)
      },
      has(own, key) {
        if (typeof key === 'symbol' || key in own) return key in own
        throw new Error(`The stand-in for Electron does not know ${name}.${key}`)
      },
      set(_own, key) {
        throw new Error(`The stand-in for Electron does not know that ${name}.${String(key)} is set`)
      }
    })

  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>()
  const contextBridge = known('contextBridge', {
    exposeInMainWorld: (name: string, api: unknown) => void ask('expose', { name, api })
  })
  const ipcRenderer: object = known('ipcRenderer', {
    send(channel: unknown, ...args: unknown[]) {
      if (typeof channel !== 'string') throw new TypeError('Missing required channel argument')
      send(channel, ...args)
    },
    on(channel: string, listener: (event: object, ...args: unknown[]) => void): object {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      return ipcRenderer
    }
  })
  const event = known('event of ipcRenderer', { sender: ipcRenderer })
  world[names.receive] = (text) => {
    const [channel, ...args] = dec(text) as [string, ...unknown[]]
    for (const listener of listeners.get(channel) ?? []) listener(event, ...args)
  }

  const electron = known('electron', { contextBridge, ipcRenderer })
  const modules = new Map<string, object>([['electron', electron]])
  modules.set('electron/renderer', electron)
  modules.set('url', known('url', { URL, URLSearchParams }))
  modules.set('timers', known('timers', { setTimeout, setInterval, clearTimeout, clearInterval }))
  // Electron provides it; it has not been needed here yet.
  modules.set('events', known('events', {}))
  const require = (name: string): object => {
    const module = modules.get(name.replace(/^node:/, ''))
    if (!module) throw new Error(`module not found: ${name}`)
    return module
  }
  const exports = {}
  const globals = [
    require,
    known('process', processProperties),
    known('Buffer', () => undefined),
    globalThis,
    (task: () => void) => setTimeout(task, 0),
    (timer: number) => clearTimeout(timer),
    exports,
    { exports }
  ]
  try {
    preload(...globals)
  } catch (error) {
    console.error('Unable to load preload script')
    console.error(error)
    send(names.preloadError, error instanceof Error ? error : new Error(String(error)))
  }
}

/** The scripts that run in each new document of a window, in its two worlds; frames in the page have no preload. */
export function worldScripts(preload: string): { page: string; preload: string } {
  const secret = randomUUID()
  const names = { binding: BINDING, receive: RECEIVE, preloadError: PRELOAD_ERROR }
  const end = (here: string): string =>
    `(${joinWorlds.toString()})(${JSON.stringify(secret)}, ${JSON.stringify(here)})`
  // A sandboxed preload has no `__dirname` and `__filename`.
  const globals = 'require, process, Buffer, global, setImmediate, clearImmediate, exports, module'
  return {
    page: `if (window === window.top) (${pageWorld.toString()})(${end('page')})`,
    preload: `if (window === window.top) (${preloadWorld.toString()})(${end('preload')}, ${JSON.stringify(names)},
      ${JSON.stringify(sandboxedProcess)}, ${encode.toString()}, ${decode.toString()}, function (${globals}) {${preload}\n})`
  }
}
