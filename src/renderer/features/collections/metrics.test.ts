import { describe, expect, it } from 'vitest'
import { addMetric, moveMetric, readMetrics, removeMetric, withField, withFlag, withHead } from './metrics'

const text = `{
  "timestamp": "{{$now "YYYY-MM-DD"}}", "seq": {{$seq}},
  "x": 1,
  "metrics": [
    {"name": "a", "alias": 1, "type": "Double", "value": {{$random 1 9}}, "isHistorical": true},
    {"name": "b {{n}}", "type": 12, "value": "on"}
  ]
}`
const metrics = (of: string) => {
  const found = readMetrics(of)
  if ('fault' in found) throw new Error('no metrics')
  return found.metrics
}

describe('the metrics of a text', () => {
  it('are shown with the expressions in it', () => {
    expect(readMetrics(text)).toEqual({
      timestamp: '{{$now "YYYY-MM-DD"}}',
      seq: '{{$seq}}',
      metrics: [
        {
          ...{ name: 'a', alias: '1', type: 'Double', value: '{{$random 1 9}}', timestamp: '' },
          ...{ isNull: false, isHistorical: true, isTransient: false }
        },
        {
          ...{ name: 'b {{n}}', alias: '', type: 'String', value: 'on', timestamp: '' },
          ...{ isNull: false, isHistorical: false, isTransient: false }
        }
      ]
    })
    expect(readMetrics('{"a": \n x}')).toEqual({ fault: { line: 2, column: 2 } })
    expect(readMetrics('[]')).toEqual({ fault: null })
    expect(readMetrics('')).toMatchObject({ metrics: [] })
  })

  it('change in their place, and leave the rest as it is written', () => {
    expect(withField(text, 0, 'value', '21.5')).toBe(text.replace('{{$random 1 9}}', '21.5'))
    expect(withField(text, 0, 'name', 'a "b"')).toBe(text.replace('"a"', '"a \\"b\\""'))
    expect(withField(text, 0, 'alias', '')).toBe(text.replace(' "alias": 1,', ''))
    expect(withField(text, 1, 'timestamp', '{{$now iso}}')).toBe(
      text
        .replace('"value": "on"', '"value": "on", "timestamp": {{$now iso}}')
        .replace('{{$now iso}}', '"{{$now iso}}"')
    )
    expect(withFlag(text, 0, 'isHistorical', false)).toBe(text.replace(', "isHistorical": true', ''))
    expect(withFlag(text, 0, 'isNull', true)).toBe(text.replace('{{$random 1 9}}', 'null'))
    expect(withHead(text, 'seq', '7')).toBe(text.replace('{{$seq}}', '7'))
    expect(removeMetric(text, 1)).toBe(text.replace(/,\n.*"b .*/, ''))
    expect(removeMetric(text, 0)).toBe(text.replace(/\{"name": "a".*\n\s*/, ''))
    expect(metrics(moveMetric(text, 0, 1)).map(({ name }) => name)).toEqual(['b {{n}}', 'a'])
    expect(moveMetric(text, 0, -1)).toBe(text)
    expect(addMetric(text)).toBe(
      text.replace('"on"}\n', '"on"},\n    {"name": "", "type": "Double", "value": 0}\n')
    )
  })

  it('keep what is typed, whether or not it fits their type', () => {
    expect(withField(text, 0, 'value', 'warm')).toContain('"value": "warm"')
    expect(metrics(withField(text, 0, 'value', '2'))[0]!.value).toBe('2')
    for (const typed of ['2.', '-', '"', '{{', '[1', 'a"b\\'])
      expect(metrics(withField(text, 0, 'value', typed))[0]!.value, typed).toBe(typed)
    // A text that looks like a number stays a text, and becomes a number with its type.
    const digits = withField(text, 1, 'value', '21')
    expect(digits).toContain('"value": "21"')
    expect(withField(digits, 1, 'type', 'Int32')).toContain('"type": "Int32", "value": 21}')
    expect(withFlag(withFlag(text, 1, 'isNull', true), 1, 'isNull', false)).toContain('"value": ""')
  })

  it('begin with a payload of their own in an empty text', () => {
    expect(metrics(addMetric(''))).toHaveLength(1)
    expect(addMetric('')).toBe(
      '{\n  "timestamp": "{{$now iso}}",\n  "seq": {{$seq}},\n  "metrics": [{"name": "", "type": "Double", "value": 0}]\n}'
    )
    expect(metrics(addMetric('{"seq": 1}'))).toHaveLength(1)
  })
})
