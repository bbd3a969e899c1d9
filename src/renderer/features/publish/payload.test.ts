import { describe, expect, it } from 'vitest'
import { asText, typedPayload } from './payload'

const bytesOf = (kind: 'text' | 'json' | 'hex' | 'base64', text: string): number[] => {
  const typed = typedPayload(kind, text)
  return 'bytes' in typed ? [...typed.bytes] : []
}

describe('typed payloads', () => {
  it('sends text as UTF-8, and empty text as an empty payload', () => {
    expect(bytesOf('text', 'é')).toEqual([0xc3, 0xa9])
    expect(typedPayload('text', '')).toEqual({ bytes: new Uint8Array() })
  })

  it.each(['48 65 6c', '48656C', '0x48, 0x65, 0x6c', '48:65-6c', '\n48\t656c '])('reads hex %j', (text) => {
    expect(bytesOf('hex', text)).toEqual([0x48, 0x65, 0x6c])
  })

  it('reports the offset of an invalid hex digit, and a missing digit', () => {
    expect(typedPayload('hex', '48 6g')).toEqual({ fault: { code: 'NOT_HEX', offset: 4 } })
    expect(typedPayload('hex', '48 6')).toEqual({ fault: { code: 'ODD_HEX', offset: null } })
  })

  it.each(['+/8=', '+/8', '-_8', ' + /\n8= '])('reads Base64 %j', (text) => {
    expect(bytesOf('base64', text)).toEqual([0xfb, 0xff])
  })

  it('refuses invalid Base64', () => {
    expect(typedPayload('base64', 'a*b=')).toEqual({ fault: { code: 'NOT_BASE64', offset: null } })
  })

  it('sends JSON exactly as typed, and refuses invalid JSON', () => {
    const text = '{ "n": 12345678901234567890 }'
    expect(new TextDecoder().decode(new Uint8Array(bytesOf('json', text)))).toBe(text)
    expect(typedPayload('json', '{"a":}')).toMatchObject({ fault: { code: 'NOT_JSON' } })
  })
})

describe('asText', () => {
  it('returns UTF-8 text unchanged', () => {
    const text = '\ufeff21.4 °C\n'
    expect(asText(new TextEncoder().encode(text))).toEqual({ text, hex: false })
    expect(asText(new Uint8Array())).toEqual({ text: '', hex: false })
  })

  it('returns hex digits for anything else', () => {
    expect(asText(Uint8Array.of(0xff, 0, 0x0a))).toEqual({ text: 'ff 00 0a', hex: true })
  })
})
