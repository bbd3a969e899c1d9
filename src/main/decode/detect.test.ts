import { describe, expect, it } from 'vitest'
import { decode } from './detect'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

describe('decode', () => {
  it('finds JSON objects and arrays, and leaves a bare scalar as text', () => {
    expect(decode(bytes(' {"a":1}'), 'auto')).toEqual({ format: 'json', text: '{\n  "a": 1\n}' })
    expect(decode(bytes('[]'), 'auto')).toEqual({ format: 'json', text: '[]' })
    expect(decode(bytes('21.4'), 'auto')).toEqual({ format: 'text', text: '21.4', invalidUtf8: false })
    expect(decode(bytes('{"a":'), 'auto')).toEqual({ format: 'text', text: '{"a":', invalidUtf8: false })
  })

  it('shows an empty payload as empty text', () => {
    expect(decode(new Uint8Array(), 'auto')).toEqual({ format: 'text', text: '', invalidUtf8: false })
  })

  it('shows what is not text as hex', () => {
    const invalid = Uint8Array.of(0x61, 0xff)
    expect(decode(invalid, 'auto')).toEqual({ format: 'hex', bytes: invalid })
    expect(decode(bytes('a\0b'), 'auto')).toEqual({ format: 'hex', bytes: bytes('a\0b') })
    expect(decode(bytes('a\r\n\tb'), 'auto').format).toBe('text')
  })

  it('keeps a byte order mark', () => {
    expect(decode(bytes('\ufeffa'), 'auto')).toEqual({ format: 'text', text: '\ufeffa', invalidUtf8: false })
  })

  it('says when bytes shown as text are not valid UTF-8', () => {
    expect(decode(Uint8Array.of(0x61, 0xff), 'text')).toEqual({
      format: 'text',
      text: 'a\ufffd',
      invalidUtf8: true
    })
  })

  it('says where a payload asked for as JSON breaks', () => {
    expect(decode(bytes('{"a":x}'), 'json')).toEqual({ format: 'notJson', text: '{"a":x}', offset: 5 })
    expect(decode(Uint8Array.of(0x22, 0xff, 0x22), 'json')).toEqual({
      format: 'notJson',
      text: '"\ufffd"',
      offset: null
    })
    expect(decode(bytes('1.0'), 'json')).toEqual({ format: 'json', text: '1.0' })
  })

  it('shows JSON nested beyond measure as text', () => {
    const text = '['.repeat(100_000) + ']'.repeat(100_000)
    expect(decode(bytes(text), 'auto')).toEqual({ format: 'text', text, invalidUtf8: false })
    expect(decode(bytes(text), 'json')).toEqual({ format: 'text', text, invalidUtf8: false })
  })

  it.each(['auto', 'hex', 'raw'] as const)('gives %s bytes a buffer of their own', (format) => {
    const slice = Uint8Array.of(1, 2, 0xff, 4).subarray(1, 3)
    const body = decode(slice, format)
    expect('bytes' in body && [...body.bytes, body.bytes.buffer.byteLength]).toEqual([2, 0xff, 2])
  })
})
