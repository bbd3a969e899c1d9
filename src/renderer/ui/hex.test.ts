import { describe, expect, it } from 'vitest'
import { bytesSought, placesOf } from './hex-find'
import { readingsOf, timeOf } from './hex-numbers'
import { cellsOf, hexCopies } from './hex-row'

const never = (): boolean => false
const reading = (bytes: number[], type: string): [string, string] | undefined => {
  const found = readingsOf(Uint8Array.from(bytes)).find((each) => each.type === type)
  return found && [found.little, found.big]
}

describe('a line of the hex view', () => {
  it('shows its bytes and their ASCII characters', () => {
    const cells = cellsOf(Uint8Array.from([...new TextEncoder().encode('Hello, world! ok'), 0x00, 0x41]), 1)
    expect(cells).toEqual([
      { at: 16, hex: '00', text: '·' },
      { at: 17, hex: '41', text: 'A' }
    ])
  })

  it('is copied as hex, text, Base64 and a C array', () => {
    const bytes = new TextEncoder().encode('é!')
    expect(hexCopies.hex(bytes)).toBe('c3 a9 21')
    expect(hexCopies.text(bytes)).toBe('é!')
    expect(hexCopies.base64(bytes)).toBe('w6kh')
    expect(hexCopies.c(bytes)).toBe('{ 0xc3, 0xa9, 0x21 }')
  })
})

describe('selected bytes as numbers', () => {
  it('are read as every type that fits, little and big endian', () => {
    expect(reading([0xff, 0x01], 'u16')).toEqual(['511', '65281'])
    expect(reading([0xff, 0x01], 'i16')).toEqual(['511', '-255'])
    expect(reading([0x80], 'i8')).toEqual(['-128', '-128'])
    expect(reading([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f], 'i64')?.[0]).toBe('9223372036854775807')
    expect(reading([1, 2, 3], 'u32')).toBeUndefined()
  })

  it('are shown as floats in the fewest digits that identify the float', () => {
    const bytes = new Uint8Array(new Float32Array([21.4]).buffer)
    expect(reading([...bytes], 'f32')?.[0]).toBe('21.4')
    expect(reading([0, 0, 0, 0x80], 'f32')?.[0]).toBe('-0')
    expect(reading([0, 0, 0xc0, 0x7f], 'f32')?.[0]).toBe('NaN')
  })

  it('are read as a time where that is plausible', () => {
    const seconds = new DataView(new ArrayBuffer(4))
    seconds.setUint32(0, 1_790_000_000)
    expect(timeOf(new Uint8Array(seconds.buffer))?.getTime()).toBe(1_790_000_000_000)
    expect(timeOf(Uint8Array.from([0, 0, 0, 7]))).toBeNull()
  })
})

describe('a byte search', () => {
  it('takes hex digits in pairs, or text as UTF-8', () => {
    expect(bytesSought('DE ad', true)).toEqual(Uint8Array.from([0xde, 0xad]))
    expect(bytesSought('de a', true)).toBeNull()
    expect(bytesSought('xy', true)).toBeNull()
    expect(bytesSought('é', false)).toEqual(Uint8Array.from([0xc3, 0xa9]))
  })

  it('finds every match, including overlapping ones', async () => {
    const bytes = new TextEncoder().encode('aaa-aa')
    expect(await placesOf(new TextEncoder().encode('aa'), bytes, never)).toEqual([0, 1, 4])
    expect(await placesOf(new TextEncoder().encode('ab'), bytes, never)).toEqual([])
    expect(await placesOf(new Uint8Array(), bytes, never)).toEqual([])
  })

  it('finds a match at the end of 50 MB, and stops when another search starts', async () => {
    const bytes = new Uint8Array(50_000_000).fill(0x61)
    bytes[49_999_999] = 0x62
    const sought = new TextEncoder().encode('b')
    expect(await placesOf(sought, bytes, never)).toEqual([49_999_999])
    expect(await placesOf(new TextEncoder().encode('ab'), bytes, () => true)).toBeNull()
  })
})
