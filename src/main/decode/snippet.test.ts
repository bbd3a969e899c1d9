import { expect, it } from 'vitest'
import { previewOf } from './preview'
import { snippetOf as snippet, type Snippet } from './snippet'

const snippetOf = (payload: Buffer, sought: string | Uint8Array): Snippet =>
  snippet(payload, sought, () => previewOf(payload, payload.length))

const marked = (payload: string | Buffer, sought: string | Uint8Array): string => {
  const { preview, place } = snippetOf(Buffer.from(payload as string), sought)
  return place
    ? `${preview.slice(0, place[0])}[${preview.slice(...place)}]${preview.slice(place[1])}`
    : preview
}

it('shows the match, even far into a payload', () => {
  expect(marked('plain Words', 'words')).toBe('plain [Words]')
  expect(marked(`${'x'.repeat(500)}温度 here`, '温度')).toBe(`…${'x'.repeat(32)}[温度] here`)
  expect(marked(`${'😀'.repeat(60)}end`, 'END')).toBe(`…${'😀'.repeat(16)}[end]`)
  expect(snippetOf(Buffer.from(`found${'x'.repeat(900)}`), 'found').cut).toBe(true)
})

it('shows bytes as hex around the match', () => {
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, i) => i))
  expect(marked(bytes, Buffer.from([2, 3]))).toMatch(/^00 01 \[02 03\] 04/)
  expect(marked(bytes, Buffer.from([50]))).toMatch(/^… 2a 2b .* 31 \[32\] 33/)
})

it('shows the start if only the topic contains the text', () => {
  expect(snippetOf(Buffer.from('value'), 'plant')).toEqual({
    preview: 'value',
    binary: false,
    cut: false,
    place: null
  })
  expect(snippetOf(Buffer.from('value'), '').place).toBeNull()
})
