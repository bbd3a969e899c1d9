import { describe, expect, it } from 'vitest'
import { formatXml, looksXml } from './xml'

const pretty = (text: string): string => {
  const result = formatXml(text)
  if (result.kind !== 'xml') throw new Error(JSON.stringify(result))
  return result.pretty
}

describe('formatXml', () => {
  it('indents elements, and keeps their content unchanged', () => {
    expect(
      pretty(
        '<?xml version="1.0"?><!-- a > b --><r a="1 > 0" b=\'x\'><e/><t> two  words </t><u></u><d><![CDATA[<x>]]></d></r>\n'
      )
    ).toBe(
      '<?xml version="1.0"?>\n<!-- a > b -->\n<r a="1 > 0" b=\'x\'>\n  <e/>\n  <t> two  words </t>\n  <u></u>\n  <d><![CDATA[<x>]]></d>\n</r>'
    )
  })

  it('keeps mixed text and tags on one line', () => {
    expect(pretty('<p>so <b>bold</b> <i>and</i> plain</p>')).toBe('<p>so <b>bold</b> <i>and</i> plain</p>')
  })

  it('expands no entity', () => {
    const laughs = '<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>'
    expect(pretty(laughs)).toContain('<l>&b;</l>')
    const outside = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><x>&f;</x>'
    expect(pretty(outside)).toContain('<x>&f;</x>')
  })

  it.each([
    ['<a>\n  <b></c>\n</a>', 2],
    ['<a>\n<b>', 2],
    ['<a x=1/>', 1]
  ])('says in which line %j breaks', (text, line) => {
    expect(formatXml(text)).toMatchObject({ kind: 'fault', line })
  })

  it('takes linear time with elements 10,000 deep and a million lone quotes', () => {
    // In quadratic time, each of these would take hours.
    pretty('<a>'.repeat(10_000) + '</a>'.repeat(10_000))
    formatXml(`<a ${'b="'.repeat(1_000_000)}>`)
    formatXml('<a'.repeat(1_000_000))
    formatXml('<!--'.repeat(1_000_000))
  })

  it('recognizes XML by its first tag', () => {
    for (const text of [
      '<a/>',
      ' <svg xmlns="x"/>',
      '<?xml version="1.0"?><a/>',
      '<!DOCTYPE html><html></html>'
    ])
      expect([text, looksXml(text)]).toEqual([text, true])
    for (const text of ['<3', 'a<b>', '<', '<<']) expect([text, looksXml(text)]).toEqual([text, false])
  })
})
