import { describe, expect, it } from 'vitest'
import { cpuTimeOf } from '../../cpu-time.fixture'
import { expand, type Context, type Definition } from './expand'
import { TemplateError } from './fault'
import { formatTime } from './format-time'
import { GeneratorMemory } from './memory'
import { parseTemplate } from './parse'
import { rowsOf } from './rows'

function stage(variables: Record<string, string | Definition> = {}, numbers: number[] = [0.5]) {
  let ids = 0
  let drawn = 0
  const memory = new GeneratorMemory({
    random: () => numbers[drawn++ % numbers.length]!,
    uuid: () => `id-${++ids}`
  })
  const context: Context = {
    variables: new Map(
      Object.entries(variables).map(([name, value]) => [
        name,
        typeof value === 'string' ? { kind: 'text', text: value } : value
      ])
    ),
    scope: 'plant lamp.yaml',
    owner: 'plant',
    now: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
    env: (name) => ({ TOKEN: 's3cret' })[name],
    captured: (name) => ({ session: '42' })[name],
    rows: (file) =>
      rowsOf(file, file.endsWith('.json') ? '[{"id":1},{"id":"b"}]' : 'id,name\r\n7,"a, ""b"""\n8,c')
  }
  const preview = (text: string, changes: Partial<Context> = {}) =>
    expand({ payload: text }, { ...context, ...changes }, memory)
  return {
    preview,
    expand: (fields: Record<string, string>) => expand(fields, context, memory),
    /** Expands and commits, as a publish does. */
    send(text: string, changes: Partial<Context> = {}): string {
      const { texts, faults, commit } = preview(text, changes)
      expect(faults).toEqual([])
      commit()
      return texts.payload
    },
    fault(text: string) {
      const { faults } = preview(text)
      return faults.map(({ code, name, detail, line, column, variable }) => ({
        ...{ code, name, detail, at: `${line}:${column}` },
        ...(variable !== null && { variable })
      }))
    }
  }
}

describe('variables', () => {
  it('are expanded in any text, inside each other, and from the process’s environment and the keyring', () => {
    const { send } = stage({
      room: 'kitchen',
      topic: 'home/{{ room }}',
      'my room': 'den',
      token: { kind: 'env', name: 'TOKEN' },
      key: { kind: 'secret', read: () => 'k' }
    })
    expect(send('{"to":"{{topic}}/{{my room}}","k":{{key}}{{token}}}')).toBe(
      '{"to":"home/kitchen/den","k":ks3cret}'
    )
  })

  it('leave text as it stands that has no double braces or escapes them', () => {
    const { send } = stage()
    for (const text of ['', '{"a":{"b":1}}', '}} {', '\\ {']) expect(send(text)).toBe(text)
    expect(send('\\{{ value_json.t }}')).toBe('{{ value_json.t }}')
  })

  it('have one value throughout a message, and another in the next', () => {
    const { expand } = stage({ id: '{{$uuid}}' })
    const fields = { topic: 'a/{{id}}', payload: '{{id}} {{id}}' }
    const first = expand(fields)
    first.commit()
    expect(first.texts).toEqual({ topic: 'a/id-1', payload: 'id-1 id-1' })
    expect(expand(fields).texts).toEqual({ topic: 'a/id-2', payload: 'id-2 id-2' })
  })
})

describe('generators', () => {
  it('count on with each message that is sent, not with each preview', () => {
    const { send, preview } = stage()
    expect([send('{{$seq birth}}'), send('{{$seq}} {{$seq}}'), send('{{$seq}}')]).toEqual(['0', '1 1', '2'])
    for (let sent = 3; sent < 256; sent++) send('{{$seq}}')
    expect([send('{{$seq}}'), send('{{$seq birth}}'), send('{{$seq}}')]).toEqual(['0', '0', '1'])
    const text = '{{$counter}} {{$counter start=10 step=-5}}'
    for (let times = 0; times < 3; times++) expect(preview(text).texts.payload).toBe('1 10')
    expect([send(text), send(text), send(text)]).toEqual(['1 10', '2 5', '3 0'])
    expect([send('{{$counter name=n}}{{$counter name=n}}'), send('{{$counter name=n}}')]).toEqual(['11', '2'])
  })

  it('show in a preview what the next message will be', () => {
    const { send, preview } = stage({}, [0.1, 0.9, 0.3, 0.7, 0.2, 0.6])
    const text = '{{$uuid}} {{$random 1 6}} {{$choice on off "in between"}} {{$walk min=0 max=10 step=4}}'
    for (let times = 0; times < 4; times++) {
      const shown = preview(text).texts.payload
      expect(preview(text).texts.payload).toBe(shown)
      expect(send(text)).toBe(shown)
    }
  })

  it('draw within their range', () => {
    const { send } = stage({}, [0, 0.999_999, 0.5])
    expect([1, 2, 3].map(() => send('{{$random 3 5}}'))).toEqual(['3', '5', '4'])
    expect([1, 2, 3].map(() => send('{{$random min=-1 max=1 decimals=2}}'))).toEqual([
      '-1.00',
      '1.00',
      '0.00'
    ])
    const walk = Array.from({ length: 50 }, () => Number(send('{{$walk 0 10 4}}')))
    expect(walk[0]).toBe(5)
    expect(Math.min(...walk)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...walk)).toBeLessThanOrEqual(10)
    expect(new Set(walk).size).toBeGreaterThan(1)
    expect(send('{{$sine 0 10 60}}', { now: 15_000 })).toBe('10.00')
    expect(send('{{$sine 0 10 60}}', { now: 45_000 })).toBe('0.00')
  })

  it('write the time in any format', () => {
    const { send } = stage()
    expect(send('{{$now}} {{$now unix}} {{$now ms}} {{$now iso offset=60}}')).toBe(
      '2026-01-02T03:04:05.006Z 1767323045 1767323045006 2026-01-02T03:05:05.006Z'
    )
    const local = new Date(2026, 4, 6, 7, 8, 9, 10).getTime()
    expect(send('{{$now "DD.MM.YYYY HH:mm:ss.SSS"}}', { now: local })).toBe('06.05.2026 07:08:09.010')
    expect(formatTime(local, 'Z')).toMatch(/^[+-]\d\d:\d\d$/)
  })

  it('take one row of a file for the whole message, then the next, and start again', () => {
    const { send } = stage()
    const text = '{{$row d.csv id}} {{$row d.csv name}}'
    expect([send(text), send(text), send(text)]).toEqual(['7 a, "b"', '8 c', '7 a, "b"'])
    expect([send('{{$row d.json id}}'), send('{{$row d.json id}}')]).toEqual(['1', 'b'])
    expect(send('{{$captured session}} {{$env TOKEN}}')).toBe('42 s3cret')
  })
})

describe('faults', () => {
  it('have a place and say what is wrong', () => {
    const { fault } = stage({ room: 'r', broken: 'a\n {{nope}}' })
    expect(fault('a\n{{rom}}')).toEqual([
      { code: 'UNKNOWN_VARIABLE', name: 'rom', detail: 'room', at: '2:1' }
    ])
    expect(fault('{{broken}}{{broken}}')).toEqual([
      { code: 'UNKNOWN_VARIABLE', name: 'nope', detail: '', at: '2:2', variable: 'broken' }
    ])
    expect(fault('ab {{room')).toMatchObject([{ code: 'NOT_CLOSED', at: '1:4' }])
    expect(fault('{{}}')).toMatchObject([{ code: 'EMPTY' }])
    expect(fault('{{$conter}}')).toMatchObject([{ code: 'UNKNOWN_GENERATOR', name: '$conter' }])
    expect(fault('{{$random a 2}}')).toMatchObject([{ code: 'BAD_NUMBER', name: 'min', detail: 'a' }])
    expect(fault('{{$random 3 2}}')).toMatchObject([{ code: 'BAD_RANGE' }])
    expect(fault('{{$random 1 2 decimals=99}}')).toMatchObject([{ code: 'BAD_RANGE', name: 'decimals' }])
    expect(fault('{{$counter 1 2 a b}}')).toMatchObject([{ code: 'UNKNOWN_ARGUMENT', name: 'b' }])
    expect(fault('{{$uuid version=7}}')).toMatchObject([{ code: 'UNKNOWN_ARGUMENT', name: 'version' }])
    expect(fault('{{$choice}}')).toMatchObject([{ code: 'MISSING_ARGUMENT' }])
    expect(fault('{{$row d.csv nme}}')).toMatchObject([{ code: 'NO_COLUMN', detail: 'id, name' }])
    expect(fault('{{$row bad.json}}{{$captured no}}{{$env NO}}').map(({ code }) => code)).toEqual([
      'MISSING_ARGUMENT',
      'NO_CAPTURE',
      'NO_ENV'
    ])
    expect(fault('{{toString}} {{$constructor}}').map(({ code }) => code)).toEqual([
      'UNKNOWN_VARIABLE',
      'UNKNOWN_GENERATOR'
    ])
  })

  it('name the cycle that variables form', () => {
    const { fault } = stage({ a: '{{b}}', b: '{{c}}', c: 'x{{a}}' })
    expect(fault('{{a}}')).toMatchObject([{ code: 'CYCLE', detail: 'a → b → c → a', variable: 'c' }])
  })

  it('keep every generator where it was', () => {
    const { send, preview } = stage()
    const { faults, commit } = preview('{{$counter name=n}} {{nope}}')
    expect(faults).toHaveLength(1)
    commit()
    expect(send('{{$counter name=n}}')).toBe('1')
  })
})

describe('hostile templates', () => {
  it('end, however variables multiply or nest', () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 48 }, (_, level) => [
        `v${level}`,
        level === 0 ? 'ha' : `{{v${level - 1}}}`.repeat(2)
      ])
    )
    expect(
      stage(doubling)
        .fault('{{v47}}')
        .map(({ code }) => code)
    ).toEqual(['TOO_LONG'])
    // Many fields that are each of a possible length.
    const long = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, 'x{{big}}']))
    expect(
      stage({ big: 'x'.repeat(1_000_000) })
        .expand(long)
        .faults.map(({ code }) => code)
    ).toContain('TOO_LONG')
    const deep = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, level) => [`v${level}`, level === 0 ? 'x' : `{{v${level - 1}}}`])
    )
    expect(
      stage(deep)
        .fault('{{v9999}}')
        .map(({ code }) => code)
    ).toEqual(['TOO_DEEP'])
  })

  it('take time in proportion to their length', async () => {
    const { preview } = stage({ a: 'x' })
    const previewAll = (): void => {
      expect(preview('x'.repeat(4_000_000)).faults).toEqual([])
      expect(preview('{{a}}'.repeat(99_000)).texts.payload).toBe('x'.repeat(99_000))
      for (const text of ['{{', '{{a', '{', '\\{{', '}}{{', '{{ "', `{{$choice ${'"'.repeat(9)} `])
        preview(text.repeat(300_000))
      expect(preview('{{a}}'.repeat(200_000)).faults.map(({ code }) => code)).toContain('TOO_MANY')
    }
    expect(await cpuTimeOf(previewAll)).toBeLessThan(8_000)
  })

  it('survive any text', () => {
    const { preview } = stage({ a: '{{b}} {{', b: '{{$random}}' })
    const pieces = [
      '{{',
      '}}',
      '$',
      'a',
      'b',
      ' ',
      '"',
      "'",
      '\\',
      '=',
      '$row',
      '$counter',
      '$seq',
      '\n',
      '💡',
      '1',
      '\ud800'
    ]
    let seed = 7
    const next = (most: number): number => (seed = (seed * 48_271) % 2_147_483_647) % most
    for (let times = 0; times < 5_000; times++) {
      const text = Array.from({ length: next(30) }, () => pieces[next(pieces.length)]).join('')
      const { faults, texts } = preview(text)
      if (faults.length === 0 && !text.includes('{{')) expect(texts.payload).toBe(text)
      for (const { line, column } of faults) expect(Math.min(line, column)).toBeGreaterThan(0)
    }
  })
})

describe('rows of data files', () => {
  it('read quotes, empty cells, and any line ends', () => {
    const rows = rowsOf('a.csv', '\ufeffa,b\n"x\ny",\r\n"say ""hi""",2\r,3\n\n')
    expect(rows.map((row) => [...row.values()])).toEqual([
      ['x\ny', ''],
      ['say "hi"', '2'],
      ['', '3']
    ])
    expect(rowsOf('a.csv', 'a,b\n"open,1\n2,3').map((row) => row.get('a'))).toEqual(['"open,1', '2'])
    expect(rowsOf('a.csv', `a\n${'"'.repeat(100_001)}`)).toHaveLength(1)
  })

  it('say why there are none', () => {
    for (const [name, text] of [
      ['a.json', '{'],
      ['a.json', '{}'],
      ['a.json', '[1]'],
      ['a.csv', 'head'],
      ['a.csv', '']
    ] as const)
      expect(() => rowsOf(name, text)).toThrow(TemplateError)
  })
})

it('cuts a template at its expressions', () => {
  expect(parseTemplate('a{{b}}\\{{c}}').parts).toEqual(['a', { offset: 1, text: 'b' }, '{{', 'c}}'])
})
