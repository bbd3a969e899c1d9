import { EventEmitter } from 'node:events'

/** The members of each Electron object here, by its name in Electron's types: fidelity.test.ts compares the two. */
export const registry = new Map<string, { names: string[]; events: string[] }>()

const LISTENING = ['on', 'once', 'addListener', 'prependListener', 'prependOnceListener']
const EMITTER = [
  ...LISTENING,
  'off',
  'removeListener',
  'removeAllListeners',
  'emit',
  'listenerCount',
  'eventNames'
]
/** Module loaders, `await` and JSON read these. */
const LOOKED_FOR = ['then', 'toJSON']

/**
 * The object as the app gets it: it throws on any read, write or subscription of a member it does not have, so that the stand-in cannot
 * hide an unknown call. Methods and accessors are Electron's; the fields of a class belong to the stand-in and are invisible.
 * `events` are the supported event names.
 */
export function strict<T extends object>(name: string, target: T, events: readonly string[] = []): T {
  const names = publicNames(target)
  registry.set(name, { names: [...names], events: [...events] })
  const unknown = (what: string): never => {
    throw new Error(`The stand-in for Electron does not know ${what}`)
  }
  const bound = new Map<string, unknown>()
  const method = (key: string, of: (...args: unknown[]) => unknown): unknown => {
    const known = bound.get(key)
    if (known) return known
    const called = (...args: unknown[]): unknown => {
      if (LISTENING.includes(key) && target instanceof EventEmitter && !events.includes(String(args[0])))
        unknown(`the event "${String(args[0])}" of ${name}`)
      const result = of.apply(target, args)
      return result === target ? proxy : result
    }
    bound.set(key, called)
    return called
  }
  const proxy: T = new Proxy(target, {
    get(own, key) {
      if (typeof key === 'symbol') return Reflect.get(own, key, own) as unknown
      if (!names.has(key)) return LOOKED_FOR.includes(key) ? undefined : unknown(`${name}.${key}`)
      const value = Reflect.get(own, key, own) as unknown
      return typeof value === 'function' && key !== 'prototype'
        ? method(key, value as (...args: unknown[]) => unknown)
        : value
    },
    set(own, key, value) {
      const settable = typeof key === 'string' && names.has(key) && setterOf(own, key) !== undefined
      return settable ? Reflect.set(own, key, value, own) : unknown(`that ${name}.${String(key)} is set`)
    },
    has: (own, key) => (typeof key === 'symbol' ? key in own : names.has(key) || unknown(`${name}.${key}`)),
    defineProperty: (_own, key) => unknown(`that ${name}.${String(key)} is defined`),
    deleteProperty: (_own, key) => unknown(`that ${name}.${String(key)} is deleted`)
  })
  return proxy
}

/** An Electron event object with the given details. */
export function happening<T extends object>(
  details: T
): T & { preventDefault(): void; defaultPrevented: boolean } {
  let prevented = false
  return strict(
    'Event',
    Object.defineProperties({} as never, {
      ...Object.getOwnPropertyDescriptors(details),
      preventDefault: { value: () => void (prevented = true), enumerable: true, configurable: true },
      defaultPrevented: { get: () => prevented, enumerable: true, configurable: true }
    })
  )
}

/** Throws on an unknown key. */
export function checkKeys(what: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given))
    if (!known.includes(key)) throw new Error(`The stand-in for Electron does not know ${what}.${key}`)
}

/** Own names of a plain object or of a constructor; methods and accessors of an instance. */
function publicNames(target: object): Set<string> {
  const names = new Set<string>()
  const prototype = Object.getPrototypeOf(target) as object | null
  if (prototype === Object.prototype || typeof target === 'function') {
    for (const key of Object.keys(target)) names.add(key)
    if (typeof target === 'function') names.add('prototype')
    return names
  }
  for (let at = prototype; at && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    const own = at === EventEmitter.prototype ? EMITTER : Object.getOwnPropertyNames(at)
    for (const key of own) if (key !== 'constructor') names.add(key)
  }
  return names
}

function setterOf(target: object, key: string): ((value: unknown) => void) | undefined {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at) as object | null) {
    const found = Object.getOwnPropertyDescriptor(at, key)
    if (found) return found.set
  }
  return undefined
}
