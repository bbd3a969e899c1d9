import { describe, expect, it } from 'vitest'
import { readHex } from './hex-digits'

const bytes = (...values: number[]) => ({ bytes: Uint8Array.from(values) })

describe('hex bytes', () => {
  it('are parsed with any of the separators between them', () => {
    expect(readHex('48 65 6c')).toEqual(bytes(0x48, 0x65, 0x6c))
    expect(readHex('48656C')).toEqual(bytes(0x48, 0x65, 0x6c))
    expect(readHex('48:65-6c, 6c')).toEqual(bytes(0x48, 0x65, 0x6c, 0x6c))
    expect(readHex('')).toEqual(bytes())
  })

  it('after 0x are separate numbers', () => {
    expect(readHex('0x1, 0x2')).toEqual(bytes(1, 2))
    expect(readHex('0x48, 0X65')).toEqual(bytes(0x48, 0x65))
    expect(readHex('0x010x02')).toEqual(bytes(1, 2))
    expect(readHex('0x123')).toEqual(bytes(0x01, 0x23))
  })

  it('are rejected when a digit is missing or another character occurs', () => {
    expect(readHex('48 6')).toEqual({ offset: null })
    expect(readHex('48 zz')).toEqual({ offset: 3 })
    expect(readHex('0x4, 0xg')).toEqual({ offset: 7 })
  })
})
