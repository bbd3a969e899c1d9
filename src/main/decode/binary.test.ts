import { encode as encodeCbor, Tag } from 'cbor2'
import { encode as encodeMsgpack, ExtData } from '@msgpack/msgpack'
import { describe, expect, it } from 'vitest'
import { readCbor } from './cbor'
import { DecodeError } from './fault'
import { readMsgpack } from './msgpack'
import { PrintCut, Printer, WHOLE } from './printer'

type Read = (bytes: Uint8Array, printer: Printer, partial?: boolean) => void

const line = (read: Read, bytes: Uint8Array, partial = false): string => {
  const printer = new Printer({ ...WHOLE, oneLine: true })
  read(bytes, printer, partial)
  return printer.text
}
const fault = (read: Read, hex: string): unknown => {
  try {
    return line(read, Buffer.from(hex, 'hex'))
  } catch (error) {
    if (error instanceof DecodeError) return [error.fault.code, error.fault.place]
    throw error
  }
}
const cbor = (hex: string): string => line(readCbor, Buffer.from(hex, 'hex'))
const msgpack = (hex: string): string => line(readMsgpack, Buffer.from(hex, 'hex'))
const at = (offset: number) => ({ offset })

const samples: [value: unknown, text: string][] = [
  [{ a: 1, b: [true, false, null] }, '{"a": 1, "b": [true, false, null]}'],
  [[], '[]'],
  [{}, '{}'],
  [[[], {}], '[[], {}]'],
  [-1, '-1'],
  [1.5, '1.5'],
  ['温度 "x"', '"温度 \\"x\\""'],
  [Uint8Array.of(1, 255), "h'01ff'"],
  [new Uint8Array(9), "h'000000000000000000' /9 bytes/"],
  [{ ['__proto__']: 1, constructor: 2 }, '{"__proto__": 1, "constructor": 2}'],
  [Array.from({ length: 300 }, (_, i) => i), `[${Array.from({ length: 300 }, (_, i) => i).join(', ')}]`]
]

describe('CBOR', () => {
  it.each(samples)('decodes %j as encoded by another library', (value, text) => {
    expect(line(readCbor, encodeCbor(value))).toBe(text)
  })

  // RFC 8949, appendix A.
  it.each([
    ['1bffffffffffffffff', '18446744073709551615'],
    ['3bffffffffffffffff', '-18446744073709551616'],
    ['c249010000000000000000', '18446744073709551616'],
    ['c349010000000000000000', '-18446744073709551617'],
    ['f97c00', 'Infinity'],
    ['f97e00', 'NaN'],
    ['f98000', '-0'],
    ['f90001', '5.960464477539063e-8'],
    ['f9c400', '-4'],
    ['fa7f7fffff', '3.4028234663852886e+38'],
    ['fb3ff199999999999a', '1.1'],
    ['f7', 'undefined'],
    ['f0', 'simple(16)'],
    ['f8ff', 'simple(255)'],
    ['c11a514b67b0', '1(1363896240)'],
    ['d818456449455446', `24(h'6449455446')`],
    ['a201020304', '{1: 2, 3: 4}'],
    ['a18201026178', '{[1, 2]: "x"}'],
    ['5f42010243030405ff', "h'0102030405'"],
    ['7f657374726561646d696e67ff', '"streaming"'],
    ['9f018202039f0405ffff', '[1, [2, 3], [4, 5]]'],
    ['bf61610161629f0203ffff', '{"a": 1, "b": [2, 3]}'],
    ['d9d9f7a0', '{}']
  ])('writes %s as %s', (hex, text) => expect(cbor(hex)).toBe(text))

  it('keeps repeated names, and names that plain objects cannot hold', () => {
    expect(cbor('a3695f5f70726f746f5f5f01616102616103')).toBe('{"__proto__": 1, "a": 2, "a": 3}')
  })

  it.each([
    ['', ['ENDS_EARLY', at(0)]],
    ['8301', ['ENDS_EARLY', at(2)]],
    ['6568656c', ['ENDS_EARLY', at(1)]],
    ['1a0001', ['ENDS_EARLY', at(1)]],
    ['0102', ['TRAILING_BYTES', at(1)]],
    ['62c328', ['NOT_UTF8', at(1)]],
    ['821c01', ['MALFORMED', at(1)]],
    ['8201ff', ['MALFORMED', at(2)]],
    ['bf01ff', ['MALFORMED', at(2)]],
    ['7f4101ff', ['MALFORMED', at(1)]],
    ['ff', ['MALFORMED', at(0)]]
  ])('says where %s breaks', (hex, expected) => expect(fault(readCbor, hex)).toEqual(expected))

  it('reads an indefinite-length map with a tagged value', () => {
    expect(cbor('bf6161c101ff')).toBe('{"a": 1(1)}')
    expect(cbor('c1c28101')).toBe('1(2([1]))')
    expect(line(readCbor, encodeCbor(new Tag(99, [1, 2])))).toBe('99([1, 2])')
  })
})

describe('MessagePack', () => {
  it.each(samples)('decodes %j as encoded by another library', (value, text) => {
    expect(line(readMsgpack, encodeMsgpack(value))).toBe(text)
  })

  it('keeps 64-bit integers exact', () => {
    expect(msgpack('cfffffffffffffffff')).toBe('18446744073709551615')
    expect(msgpack('d38000000000000000')).toBe('-9223372036854775808')
    expect(line(readMsgpack, encodeMsgpack(2n ** 60n, { useBigInt64: true }))).toBe('1152921504606846976')
  })

  it('shows timestamps and other extensions', () => {
    expect(line(readMsgpack, encodeMsgpack(new Date('2026-01-02T03:04:05.678Z')))).toBe(
      'timestamp(2026-01-02T03:04:05.678000000Z)'
    )
    expect(line(readMsgpack, encodeMsgpack(new ExtData(5, Uint8Array.of(1, 2, 3))))).toBe("ext(5, h'010203')")
    expect(msgpack('d7ffffffffffffffffff')).toBe("ext(-1, h'ffffffffffffffff')")
  })

  it('keeps keys of any type', () => {
    expect(msgpack('8301c0c0a9' + Buffer.from('__proto__').toString('hex') + 'c2920102')).toBe(
      '{1: null, null: "__proto__", false: [1, 2]}'
    )
  })

  it.each([
    ['', ['ENDS_EARLY', at(0)]],
    ['92c0', ['ENDS_EARLY', at(2)]],
    ['a5616263', ['ENDS_EARLY', at(1)]],
    ['c0c0', ['TRAILING_BYTES', at(1)]],
    ['91c1', ['MALFORMED', at(1)]],
    ['a2c328', ['NOT_UTF8', at(1)]],
    ['ddffffffff', ['ENDS_EARLY', at(5)]]
  ])('says where %s breaks', (hex, expected) => expect(fault(readMsgpack, hex)).toEqual(expected))
})

describe('limits', () => {
  it.each([
    ['CBOR', readCbor, '81'],
    ['CBOR tags', readCbor, 'c1'],
    ['MessagePack', readMsgpack, '91']
  ])('cut %s that is nested 10,000 deep', (_name, read, level) => {
    expect(() => line(read, Buffer.from(level.repeat(10_000) + '00', 'hex'))).toThrow(new PrintCut('depth'))
  })

  it('cut a long value, and stop reading at the cut', () => {
    const printer = new Printer({ characters: 20, depth: 5, oneLine: true })
    // An array of 16 million items: zeros first, then, beyond the part that is shown, bytes that are invalid CBOR.
    const long = Buffer.concat([
      Buffer.from('9a00ffffff', 'hex'),
      Buffer.alloc(50),
      Buffer.alloc(20_000_000, 0x1c)
    ])
    expect(() => readCbor(long, printer)).toThrow(new PrintCut('length'))
    expect(printer.text).toBe('[0, 0, 0, 0, 0, 0, 0')
  })

  it('show as much as there is of a partial payload', () => {
    const whole = encodeMsgpack({ text: 'x'.repeat(100) })
    const printer = new Printer({ ...WHOLE, oneLine: true })
    readMsgpack(whole.subarray(0, 20), printer, true)
    expect(printer.text).toBe(`{"text": "${'x'.repeat(12)}"}`)
  })
})
