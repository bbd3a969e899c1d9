import { decode, encode } from '../electron/clone'

/** The world of the preload, and the binding through which it reaches this process. */
export const WORLD = 'Electron Isolated Context'
export const BINDING = '__standInSend'
export const RECEIVE = '__standInReceive'

/** What a sandboxed preload may require (Electron, "Process Sandboxing"), of `electron`. */
const RENDERER_MODULES = ['contextBridge', 'ipcRenderer']

/**
 * In the page's own world, before its scripts: makes what the preload exposes. Names come by an event, calls go by messages; functions
 * that are handed over are known by numbers. Nothing but functions without a result can be exposed.
 */
export function mainWorld(): void {
  const handed: ((...args: unknown[]) => void)[] = []
  document.addEventListener('stand-in-expose', (event) => {
    const { name, keys } = JSON.parse((event as CustomEvent<string>).detail) as {
      name: string
      keys: string[]
    }
    const exposed: Record<string, unknown> = {}
    for (const key of keys)
      exposed[key] = (...args: unknown[]) => {
        const crossing = args.map((arg) =>
          typeof arg === 'function' ? { standInFunction: handed.push(arg as () => void) - 1 } : arg
        )
        window.postMessage({ standIn: 'call', name, key, args: crossing }, '*')
      }
    Object.defineProperty(window, name, { value: Object.freeze(exposed), enumerable: true })
  })
  window.addEventListener('message', ({ data, source }) => {
    const message = data as { standIn?: string; number: number; args: unknown[] } | null
    if (source === window && message?.standIn === 'handed') handed[message.number]!(...message.args)
  })
}

/** In the preload's world: `require`, for a preload that comes as CommonJS. */
function preloadWorld(
  binding: string,
  receive: string,
  modules: readonly string[],
  enc: (value: unknown) => string,
  dec: (text: string) => unknown
): (name: string) => unknown {
  const world = globalThis as unknown as Record<string, (text: string) => void>
  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>()
  const exposed = new Map<string, Record<string, (...args: unknown[]) => unknown>>()
  world[receive] = (text) => {
    const [channel, ...args] = dec(text) as [string, ...unknown[]]
    for (const listener of listeners.get(channel) ?? []) listener({}, ...args)
  }
  window.addEventListener('message', ({ data, source }) => {
    const message = data as { standIn?: string; name: string; key: string; args: unknown[] } | null
    if (source !== window || message?.standIn !== 'call') return
    const args = message.args.map((arg) => {
      const number = (arg as { standInFunction?: number } | null)?.standInFunction
      if (number === undefined) return arg
      return (...given: unknown[]) => window.postMessage({ standIn: 'handed', number, args: given }, '*')
    })
    if (exposed.get(message.name)![message.key]!(...args) !== undefined)
      throw new Error('The stand-in for Electron does not carry results of exposed functions')
  })
  const electron: Record<string, object> = {
    contextBridge: {
      exposeInMainWorld(name: string, api: Record<string, (...args: unknown[]) => unknown>) {
        for (const [key, value] of Object.entries(api))
          if (typeof value !== 'function') throw new Error(`The stand-in exposes functions only, not ${key}`)
        exposed.set(name, api)
        const detail = JSON.stringify({ name, keys: Object.keys(api) })
        document.dispatchEvent(new CustomEvent('stand-in-expose', { detail }))
      }
    },
    ipcRenderer: {
      send: (channel: string, ...args: unknown[]) => world[binding]!(enc([channel, ...args])),
      on(channel: string, listener: (event: object, ...args: unknown[]) => void) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      }
    }
  }
  const known = (name: string, of: object): object =>
    new Proxy(of, {
      get(own, key) {
        if (key in own) return Reflect.get(own, key) as unknown
        throw new Error(`The stand-in for Electron does not know ${name}.${String(key)}`)
      }
    })
  return (name) => {
    if (name !== 'electron') throw new Error(`A sandboxed preload may not require ${name}`)
    return known(
      'electron',
      Object.fromEntries(modules.map((module) => [module, known(module, electron[module]!)]))
    )
  }
}

/** A preload script, as it is evaluated in its world. */
export function preloadScript(source: string): string {
  return `(() => {
    const require = (${preloadWorld.toString()})(${JSON.stringify(BINDING)}, ${JSON.stringify(RECEIVE)},
      ${JSON.stringify(RENDERER_MODULES)}, ${encode.toString()}, ${decode.toString()});
    const module = { exports: {} };
    ((require, module, exports, process, Buffer, __dirname) => {${source}\n})(require, module, module.exports, undefined, undefined, undefined);
  })()`
}
