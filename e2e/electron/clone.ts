/**
 * Serializes values that cross between processes as text, like structured clone (HTML, 2.7), with cycles and shared references. Throws as
 * Electron does for values that cannot cross. The same code is injected into the page as text, so it uses nothing from its module.
 */
export function encode(value: unknown): string {
  const refuse = (): never => {
    throw new Error('An object could not be cloned.')
  }
  const base64 = (bytes: Uint8Array): string => {
    // In Node this takes milliseconds for megabytes.
    if (typeof globalThis.Buffer === 'function')
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
    let text = ''
    for (let at = 0; at < bytes.length; at += 8_192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
    return btoa(text)
  }
  /** Each object once, in the order of discovery; references hold its number. */
  const heap: unknown[] = []
  const numbers = new Map<object, number>()
  const word = (of: unknown): unknown => {
    switch (typeof of) {
      case 'undefined':
        return { $: 'undefined' }
      case 'bigint':
        return { $: 'bigint', value: String(of) }
      case 'number':
        return Number.isFinite(of) && !Object.is(of, -0)
          ? of
          : { $: 'number', value: Object.is(of, -0) ? '-0' : String(of) }
      case 'object':
        return of === null ? null : { $: 'ref', value: number(of) }
      case 'string':
      case 'boolean':
        return of
      case 'function':
      case 'symbol':
        return refuse()
    }
  }
  const number = (of: object): number => {
    const known = numbers.get(of)
    if (known !== undefined) return known
    const next = heap.push(null) - 1
    numbers.set(of, next)
    heap[next] = describe(of)
    return next
  }
  const members = (of: object): unknown[] =>
    Object.entries(of).map(([key, each]: [string, unknown]) => [key, word(each)])
  const describe = (of: object): unknown => {
    const kind = Object.prototype.toString.call(of).slice(8, -1)
    if (ArrayBuffer.isView(of)) {
      const { buffer, byteOffset, byteLength } = of
      const length = kind === 'DataView' ? byteLength : (of as Uint8Array).length
      return { kind: 'view', type: kind, buffer: word(buffer), offset: byteOffset, length }
    }
    switch (kind) {
      case 'Object':
        return { kind, members: members(of) }
      case 'Array':
        return { kind, length: (of as unknown[]).length, members: members(of) }
      case 'Map':
        return {
          kind,
          entries: [...(of as Map<unknown, unknown>)].map(([key, each]) => [word(key), word(each)])
        }
      case 'Set':
        return { kind, entries: [...(of as Set<unknown>)].map(word) }
      case 'Date':
        return { kind, value: word((of as Date).getTime()) }
      case 'RegExp':
        return { kind, source: (of as RegExp).source, flags: (of as RegExp).flags }
      case 'ArrayBuffer': {
        const buffer = of as ArrayBuffer
        const most = buffer.resizable ? buffer.maxByteLength : null
        return { kind, value: base64(new Uint8Array(buffer)), most }
      }
      case 'Boolean':
      case 'Number':
      case 'String':
      case 'BigInt':
        return { kind: 'boxed', value: word((of as { valueOf(): unknown }).valueOf()) }
      case 'Error': {
        const { name, message, stack, cause } = of as Error
        const own = Object.hasOwn(of, 'cause') ? { cause: word(cause) } : {}
        return { kind, name, message: Object.hasOwn(of, 'message') ? message : null, stack, ...own }
      }
      default:
        // Blobs, files and similar objects cross between pages, but not to another process.
        return refuse()
    }
  }
  let cloned: unknown
  try {
    cloned = structuredClone(value)
  } catch {
    refuse()
  }
  const root = word(cloned)
  return JSON.stringify({ root, heap })
}

/** Reverses `encode`. */
export function decode(text: string): unknown {
  type Described = Record<string, never> & { kind: string }
  const { root, heap } = JSON.parse(text) as { root: unknown; heap: Described[] }
  const made: unknown[] = []
  const bytesOf = (base64: string, most: number | null): ArrayBuffer => {
    const binary = atob(base64)
    const options = most === null ? undefined : { maxByteLength: most }
    const buffer = new ArrayBuffer(binary.length, options)
    const bytes = new Uint8Array(buffer)
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
    return buffer
  }
  const plain = (of: unknown): unknown => {
    if (typeof of !== 'object' || of === null) return of
    const { $, value } = of as { $: string; value: never }
    if ($ === 'undefined') return undefined
    if ($ === 'bigint') return BigInt(value)
    if ($ === 'number') return Number(value)
    if (!(value in made)) make(value)
    return made[value]
  }
  /** Defines an own property, even one called `__proto__`. */
  const put = (of: object, members: [string, unknown][]): void => {
    for (const [key, each] of members)
      Object.defineProperty(of, key, {
        value: plain(each),
        configurable: true,
        enumerable: true,
        writable: true
      })
  }
  const errors: Record<string, new (message?: string) => Error> = {
    EvalError,
    RangeError,
    ReferenceError,
    SyntaxError,
    TypeError,
    URIError
  }
  /** Registers an object under its number before its members are created, because it may reference itself. */
  const make = (number: number): void => {
    const of = heap[number]!
    switch (of.kind) {
      case 'Object':
        put((made[number] = {}), of['members']!)
        break
      case 'Array':
        put((made[number] = new Array<unknown>(of['length']!)), of['members']!)
        break
      case 'Map': {
        const map = new Map<unknown, unknown>()
        made[number] = map
        for (const [key, each] of of['entries']! as [unknown, unknown][]) map.set(plain(key), plain(each))
        break
      }
      case 'Set': {
        const set = new Set<unknown>()
        made[number] = set
        for (const each of of['entries']! as unknown[]) set.add(plain(each))
        break
      }
      case 'Date':
        made[number] = new Date(plain(of['value']) as number)
        break
      case 'RegExp':
        made[number] = new RegExp(of['source']!, of['flags'])
        break
      case 'ArrayBuffer':
        made[number] = bytesOf(of['value']!, of['most']!)
        break
      case 'boxed':
        made[number] = Object(plain(of['value']))
        break
      case 'Error': {
        const error = new (errors[of['name']!] ?? Error)()
        made[number] = error
        const hidden = (key: string, value: unknown): void =>
          void Object.defineProperty(error, key, { value, configurable: true, writable: true })
        if (of['message'] !== null) hidden('message', of['message'])
        hidden('stack', of['stack'])
        if (Object.hasOwn(of, 'cause')) hidden('cause', plain(of['cause']))
        break
      }
      default: {
        const View = (globalThis as unknown as Record<string, new (...of: unknown[]) => unknown>)[
          of['type']!
        ]!
        made[number] = new View(plain(of['buffer']), of['offset'], of['length'])
      }
    }
  }
  return plain(root)
}
