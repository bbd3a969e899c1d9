import { describe, expect, it } from 'vitest'
import { cardName, chartTitle, titleText } from './chart-title'

const sources = (...names: string[]): { topic: string; path: string }[] =>
  names.map((name) => {
    const [topic, ...path] = name.split(' ')
    return { topic: topic!, path: path.map((level) => `/${level}`).join('') }
  })

describe('the title of a chart', () => {
  it.each([
    [['room/temp'], 'room/temp'],
    [['oven/state zones 0 temp'], 'oven/state · zones[0].temp'],
    [['oven/state temp', 'oven/state on'], 'oven/state · temp, on'],
    [['oven/state temp', 'pressure', 'oven/state on'], 'oven/state · temp, on + pressure'],
    [['plant/a/temp', 'plant/b/temp'], 'plant · a/temp + b/temp'],
    [['plant/a t', 'plant/a h', 'plant/b t'], 'plant · a t, h + b t'],
    [['plant', 'plant on'], 'plant · Payload, on'],
    [['a/b', 'a'], 'a/b + a'],
    [['/x', '/y'], '/x + /y']
  ])('names all that %j holds', (names, title) => {
    expect(titleText(sources(...names))).toBe(title)
  })

  it('names as many values as fit, counts the others, and keeps the topic apart, which may be shortened', () => {
    const many = Array.from({ length: 12 }, (_, index) => `plant/line-1/oven temperature-${index}`)
    const { head, tail } = chartTitle(sources(...many))
    expect(head).toBe('plant/line-1/oven')
    expect(tail).toMatch(/^ · temperature-0, temperature-1, .*\d \+\d+$/)
    expect(tail.length).toBeLessThanOrEqual(60)
    const named = tail.split(', ').length
    expect(tail.endsWith(` +${12 - named}`)).toBe(true)
  })

  it('on a board follows its values unless the user named it, also if an earlier version named it', () => {
    const both = sources('oven temp', 'oven on').map((each) => ({ ...each, colour: 0, hidden: false }))
    expect(cardName({ title: '', sources: both })).toBe('oven · temp, on')
    expect(cardName({ title: 'oven · temp', sources: both })).toBe('oven · temp, on')
    expect(cardName({ title: 'Oven', sources: both })).toBe('Oven')
  })
})
