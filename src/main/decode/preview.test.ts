import { describe, expect, it } from 'vitest'
import { PREVIEW_BYTES } from '../../shared/message'
import { previewOf } from './preview'

const of = (text: string) => {
  const bytes = new TextEncoder().encode(text)
  return previewOf(bytes.subarray(0, PREVIEW_BYTES), bytes.length)
}

describe('previewOf', () => {
  it('folds white space into one line and shows control characters', () => {
    expect(of('{\r\n  "a": 1\n}')).toEqual({ preview: '{ "a": 1 }', binary: false, cut: false })
    expect(of('abc\x1b[0m\x7f\0')).toEqual({ preview: 'abc␛[0m␡␀', binary: false, cut: false })
  })

  it('shows an empty payload as empty text', () => {
    expect(of('')).toEqual({ preview: '', binary: false, cut: false })
  })

  it('shows bytes that are not text as spaced hex', () => {
    expect(previewOf(Uint8Array.of(0xff, 0, 10), 3)).toEqual({
      preview: 'ff 00 0a',
      binary: true,
      cut: false
    })
    expect(previewOf(Uint8Array.of(0, 0, 1, 0x41), 4)).toEqual({
      preview: '00 00 01 41',
      binary: true,
      cut: false
    })
    const long = previewOf(new Uint8Array(PREVIEW_BYTES), 1_000)
    expect(long).toEqual({ preview: Array(32).fill('00').join(' '), binary: true, cut: true })
  })

  it('is cut after 120 characters, or if the payload is longer than the given bytes', () => {
    expect(of('a'.repeat(120))).toEqual({ preview: 'a'.repeat(120), binary: false, cut: false })
    expect(of('a'.repeat(121))).toEqual({ preview: 'a'.repeat(120), binary: false, cut: true })
    expect(of(' '.repeat(1_000))).toEqual({ preview: ' ', binary: false, cut: true })
  })

  it('never splits a surrogate pair', () => {
    expect(of('a'.repeat(119) + '😀')).toEqual({ preview: 'a'.repeat(119), binary: false, cut: true })
    expect(of('a'.repeat(118) + '😀')).toEqual({ preview: 'a'.repeat(118) + '😀', binary: false, cut: false })
  })

  it.each(['é', '温', '😀'])('leaves out %s if the kept bytes end in the middle of it', (character) => {
    for (let lead = 0; lead < 4; lead++) {
      const start = 'a'.repeat(lead)
      const { preview, binary, cut } = of(start + character.repeat(200))
      expect({ binary, cut }).toEqual({ binary: false, cut: true })
      expect(preview.slice(lead).replaceAll(character, '')).toBe('')
    }
  })

  it('treats an incomplete character at the end of a whole payload as invalid', () => {
    expect(previewOf(Uint8Array.of(0x61, 0xe6, 0xb8), 3)).toEqual({
      preview: '61 e6 b8',
      binary: true,
      cut: false
    })
  })
})
