import { describe, expect, it } from 'vitest'
import { decode, encode } from './clone'

const crossed = (value: unknown): unknown => decode(encode(value))

/** An object that references itself, and one that is referenced twice. */
function knot(): unknown {
  const shared = { name: 'shared' }
  const value: Record<string, unknown> = { list: [shared, shared], map: new Map([[shared, shared]]) }
  value['self'] = value
  value['set'] = new Set([value])
  return value
}

function views(): unknown {
  const { buffer } = Uint8Array.from({ length: 64 }, (_, index) => index)
  return [
    new Uint8Array(buffer, 3, 5),
    new Int16Array(buffer, 8, 4),
    new Float64Array(buffer, 16, 2),
    new BigUint64Array(buffer, 8, 1),
    new Uint8ClampedArray(buffer, 1, 1),
    new DataView(buffer, 7, 9),
    buffer
  ]
}

const error = new RangeError('too far', { cause: { code: 7 } })
const named = Object.assign(new Error('own'), { name: 'Mine', code: 'E_OWN' })

const values: [string, unknown][] = [
  ['primitives', [undefined, null, true, 0, -0, NaN, -Infinity, 1.5, 'text', 12345678901234567890n]],
  ['objects', { a: 1, nested: { b: [1, [2]] }, none: undefined }],
  ['keys that mean something else elsewhere', JSON.parse('{"__proto__": {"a": 1}, "$": "ref", "value": 0}')],
  ['sparse arrays', [, 1, , 3, ,]], // eslint-disable-line no-sparse-arrays -- that is what is tried
  ['arrays with names', Object.assign([1, 2], { extra: 'kept' })],
  ['maps and sets', new Map<unknown, unknown>([[{ k: 1 }, new Set(['a', new Map()])]])],
  ['dates', [new Date(0), new Date(NaN)]],
  ['regular expressions', /a[/]b/giu],
  ['boxed primitives', [Object(1), Object('text'), Object(false), Object(7n)]],
  ['errors', [error, named, new TypeError(), new Error('')]],
  [
    'class instances',
    new (class Point {
      readonly x = 1
      get y(): number {
        return 2
      }
    })()
  ],
  [
    'getters',
    {
      get now(): number {
        return 42
      }
    }
  ],
  ['array buffers', Uint8Array.from([0, 255, 128]).buffer],
  ['resizable array buffers', new ArrayBuffer(4, { maxByteLength: 16 })],
  ['views of one buffer', views()],
  ['a Buffer, which becomes an Uint8Array', Buffer.from('bytes')],
  ['what holds itself', knot()]
]

describe('values that cross between processes', () => {
  it.each(values)('matches structured clone: %s', (_, value) => {
    const expected: unknown = structuredClone(value)
    expect(crossed(value)).toStrictEqual(expected)
  })

  it('keeps cycles and shared references', () => {
    const value = crossed(knot()) as {
      self: unknown
      list: unknown[]
      set: Set<unknown>
      map: Map<unknown, unknown>
    }
    expect(value.self).toBe(value)
    expect(value.set.has(value)).toBe(true)
    expect(value.list[0]).toBe(value.list[1])
    expect(value.map.get(value.list[0])).toBe(value.list[0])
  })

  it('keeps array holes and named properties of arrays', () => {
    const value = crossed([, 1, ,]) as unknown[] // eslint-disable-line no-sparse-arrays -- that is what is tried
    expect([value.length, 0 in value, 1 in value, 2 in value]).toEqual([3, false, true, false])
    expect(Object.keys(crossed(Object.assign(['a'], { b: 1 })) as object)).toEqual(['0', 'b'])
  })

  it('keeps views on one shared buffer, with their offsets', () => {
    const [bytes, shorts, , , , view, buffer] = crossed(views()) as [
      Uint8Array,
      Int16Array,
      0,
      0,
      0,
      DataView,
      ArrayBuffer
    ]
    expect([bytes.buffer, shorts.buffer, view.buffer]).toEqual([buffer, buffer, buffer])
    expect(bytes.buffer).toBe(buffer)
    expect([bytes.byteOffset, shorts.byteOffset, view.byteOffset, view.byteLength]).toEqual([3, 8, 7, 9])
  })

  it('keeps only the type, message, stack and cause of an error', () => {
    const [far, mine] = crossed([error, named]) as [RangeError, Error]
    const [expected] = structuredClone([error])
    expect(far).toBeInstanceOf(RangeError)
    expect([far.message, far.stack, far.cause]).toEqual([expected.message, expected.stack, { code: 7 }])
    expect([mine.name, 'code' in mine]).toEqual(['Error', false])
  })

  it.each([
    ['functions', (): void => undefined],
    ['functions within', { deep: [(): void => undefined] }],
    ['symbols', Symbol('s')],
    ['promises', Promise.resolve()],
    ['weak maps', new WeakMap()],
    ['blobs', new Blob(['x'])],
    ['shared memory', new SharedArrayBuffer(1)]
  ])('refuses values that cannot be cloned, with Electron’s message: %s', (_, value) => {
    expect(() => encode(value)).toThrow(new Error('An object could not be cloned.'))
  })
})
