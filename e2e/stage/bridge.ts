/** One world's end of the bridge to the other world. */
export interface BridgeEnd {
  /** Runs something in the other world synchronously. Rethrows its errors. */
  ask(what: string, value: unknown): unknown
  /** Sets the handler for calls from the other world. */
  answer(what: string, does: (value: never) => unknown): void
}

/**
 * Connects the page's world and the preload's, like Electron's contextBridge: values are copied without prototypes, functions stay where
 * they are and are called from the other world, both synchronously. The same code is injected into both worlds as text, so it uses
 * nothing from its module. `secret` keeps the page's own scripts out; Chromium itself clones an event's detail into the other world.
 */
export function joinWorlds(secret: string, here: 'page' | 'preload'): BridgeEnd {
  interface Mark {
    number: number
  }
  interface Parcel {
    value: unknown
    /** Stand for functions: the same objects are in `value`. */
    marks: Mark[]
  }
  type Callable = (...args: unknown[]) => unknown
  const there = here === 'page' ? 'preload' : 'page'
  const cannot = (what: string): never => {
    throw new Error(`The stand-in for Electron does not carry ${what} over contextBridge`)
  }
  /** Functions of this world that the other world references by number. */
  const handed: Callable[] = []
  const answers = new Map<string, (value: never) => unknown>()

  const isPlain = (of: object): boolean => Object.prototype.toString.call(of) === '[object Object]'

  const pack = (value: unknown): Parcel => {
    const marks: Mark[] = []
    const copies = new Map<object, object>()
    const copy = (of: unknown, depth: number): unknown => {
      if (depth >= 1_000) {
        throw new Error(
          'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.'
        )
      }
      if (typeof of === 'symbol') return cannot('symbols')
      if ((typeof of !== 'object' && typeof of !== 'function') || of === null) return of
      const known = copies.get(of)
      if (known) return known
      if (typeof of === 'function') {
        const mark = { number: handed.push(of as Callable) - 1 }
        marks.push(mark)
        copies.set(of, mark)
        return mark
      }
      if (of instanceof Promise) return cannot('promises')
      if (of instanceof Node) return cannot('nodes')
      if (Array.isArray(of)) {
        const array: unknown[] = []
        copies.set(of, array)
        for (const each of of as unknown[]) array.push(copy(each, depth + 1))
        return array
      }
      // Everything else follows structured clone.
      if (!isPlain(of)) return of
      const object: Record<string, unknown> = {}
      copies.set(of, object)
      for (const key of Object.keys(of)) object[key] = copy((of as Record<string, unknown>)[key], depth + 1)
      return object
    }
    return { value: copy(value, 0), marks }
  }

  const unpack = ({ value, marks }: Parcel): unknown => {
    const functions = new Map<object, Callable>()
    for (const mark of marks) functions.set(mark, (...args) => ask('call', { number: mark.number, args }))
    const seen = new Set<object>()
    const restore = (of: unknown): unknown => {
      if (typeof of !== 'object' || of === null) return of
      const restored = functions.get(of)
      if (restored) return restored
      if (seen.has(of) || !(Array.isArray(of) || isPlain(of))) return of
      seen.add(of)
      const members = of as Record<string, unknown>
      for (const key of Object.keys(members)) members[key] = restore(members[key])
      return of
    }
    return restore(value)
  }

  interface Answer {
    parcel: Parcel | null
    fault: string | null
  }
  let answered: Answer | null = null

  const dispatch = (name: string, detail: unknown): void =>
    void document.dispatchEvent(new CustomEvent(`${secret}:${name}`, { detail }))

  const ask = (what: string, value: unknown): unknown => {
    dispatch(`ask:${there}`, { what, parcel: pack(value) })
    const answer = answered
    answered = null
    // Values that cannot be cloned do not arrive.
    if (!answer) throw new Error('An object could not be cloned.')
    if (answer.fault !== null) throw new Error(answer.fault)
    return unpack(answer.parcel!)
  }

  document.addEventListener(`${secret}:answer:${here}`, (event) => {
    answered = (event as CustomEvent<Answer | null>).detail
  })
  document.addEventListener(`${secret}:ask:${here}`, (event) => {
    const { detail } = event as CustomEvent<{ what: string; parcel: Parcel } | null>
    if (!detail) return
    let answer: Answer
    try {
      const done = answers.get(detail.what)!(unpack(detail.parcel) as never)
      answer = { parcel: pack(done), fault: null }
    } catch (error) {
      answer = { parcel: null, fault: error instanceof Error ? error.message : String(error) }
    }
    dispatch(`answer:${there}`, answer)
  })
  answers.set('call', ({ number, args }: { number: number; args: unknown[] }) => handed[number]!(...args))
  return { ask, answer: (what, does) => void answers.set(what, does) }
}
