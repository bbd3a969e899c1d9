import { expect, it } from 'vitest'
import { pieces, tailOf, type Span } from './spans'

const written = (text: string, spans: Span[], start?: number, end?: number): string =>
  pieces(text, spans, start, end)
    .map(({ text, marked }) => (marked ? `[${text}]` : text))
    .join('')

it('a text is cut into marked and other pieces', () => {
  expect(written('plant/cell', [])).toBe('plant/cell')
  expect(
    written('plant/cell', [
      [0, 2],
      [6, 10]
    ])
  ).toBe('[pl]ant/[cell]')
})

it('a mark that crosses a cut is marked on both sides of it', () => {
  const spans: Span[] = [[3, 8]]
  expect(written('plant/cell', spans, 0, 5)).toBe('pla[nt]')
  expect(written('plant/cell', spans, 5)).toBe('[/ce]ll')
  expect(written('plant/cell', spans, 9)).toBe('l')
  expect(written('plant/cell', spans, 0, 2)).toBe('pl')
})

it('the end of a topic is its last level, or the last characters of a long one', () => {
  expect(tailOf('plant/line/cell')).toBe(0)
  const topic = 'enterprise/site/area/line/rms-velocity'
  expect(topic.slice(tailOf(topic))).toBe('/rms-velocity')
  expect('x'.repeat(100).slice(tailOf('x'.repeat(100)))).toHaveLength(16)
  // Never half a tree.
  const trees = '🌲'.repeat(40) + 'x'
  expect(trees.slice(tailOf(trees)).isWellFormed()).toBe(true)
})
