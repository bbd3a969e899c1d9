/**
 * What crosses between processes, as text: what structured clone leaves of it (HTML, 2.7). The same code runs in the page, where it is
 * put as text: it uses nothing from outside.
 */
export function encode(value: unknown): string {
  const seen = new Set<object>()
  const tagged = (of: unknown): unknown => {
    if (of === undefined) return { $: 'undefined' }
    if (typeof of === 'bigint') return { $: 'bigint', value: String(of) }
    if (typeof of === 'number' && (!Number.isFinite(of) || Object.is(of, -0)))
      return { $: 'number', value: Object.is(of, -0) ? '-0' : String(of) }
    if (typeof of !== 'object' || of === null) return of
    if (seen.has(of)) throw new Error('The stand-in for Electron does not clone what holds itself')
    seen.add(of)
    if (of instanceof Date) return { $: 'date', value: of.getTime() }
    if (of instanceof Map)
      return { $: 'map', value: [...of].map(([key, each]) => [tagged(key), tagged(each)]) }
    if (of instanceof Set) return { $: 'set', value: [...of].map(tagged) }
    if (of instanceof ArrayBuffer) return { $: 'buffer', value: base64(new Uint8Array(of)) }
    if (ArrayBuffer.isView(of)) {
      const bytes = new Uint8Array(of.buffer, of.byteOffset, of.byteLength)
      return { $: 'view', type: Object.prototype.toString.call(of).slice(8, -1), value: base64(bytes) }
    }
    if (of instanceof Error) return { $: 'error', name: of.name, value: of.message }
    if (Array.isArray(of)) return of.map(tagged)
    return { $: 'object', value: Object.entries(of).map(([key, each]) => [key, tagged(each)]) }
  }
  const base64 = (bytes: Uint8Array): string => {
    let text = ''
    for (let at = 0; at < bytes.length; at += 8_192)
      text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
    return btoa(text)
  }
  // It throws DataCloneError for what cannot cross.
  return JSON.stringify(tagged(structuredClone(value)))
}

/** What `encode` made of a value. */
export function decode(text: string): unknown {
  const bytesOf = (base64: string): Uint8Array<ArrayBuffer> => {
    const binary = atob(base64)
    const bytes = new Uint8Array(binary.length)
    for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at)
    return bytes
  }
  const plain = (of: unknown): unknown => {
    if (typeof of !== 'object' || of === null) return of
    if (Array.isArray(of)) return of.map(plain)
    const { $, type, value, name } = of as { $: string; type: string; value: never; name: string }
    const entries = (): [unknown, unknown][] =>
      (value as [unknown, unknown][]).map(([key, each]) => [plain(key), plain(each)])
    if ($ === 'undefined') return undefined
    if ($ === 'bigint') return BigInt(value)
    if ($ === 'number') return Number(value)
    if ($ === 'date') return new Date(value)
    if ($ === 'map') return new Map(entries())
    if ($ === 'set') return new Set((value as unknown[]).map(plain))
    if ($ === 'error') return Object.assign(new Error(value), { name })
    if ($ === 'object') return Object.fromEntries(entries())
    const { buffer } = bytesOf(value)
    if ($ === 'buffer') return buffer
    const View = (globalThis as unknown as Record<string, new (of: ArrayBuffer) => unknown>)[type]!
    return new View(buffer)
  }
  return plain(JSON.parse(text))
}
