import { describe, expect, it, vi } from 'vitest'
import { cpuTimeOf } from '../../cpu-time.fixture'
import { failureOf, folderOf } from './checks.fixture'

vi.mock('../../broker/worker?modulePath', () => ({ default: 'worker' }))

/** What is said of a file that cannot be used. */
async function saidOf(text: string): Promise<string[]> {
  const { status, output } = await folderOf({ 'a.test.yaml': text }).test(['.'])
  expect(status).toBe(2)
  return output
    .split('\n')
    .filter((line) => line.includes('✗'))
    .map((line) => line.replace('  ✗ ', ''))
}

const step = (text: string): string => `checks:\n  - name: a\n    steps:\n      - ${text}`

describe('a file that cannot be used', () => {
  it.each([
    ['a: [', 'a.test.yaml:1: This is not valid YAML'],
    ['- a', 'a.test.yaml:1: '],
    ['', 'a.test.yaml:1: The file has no "checks" and no "steps".'],
    [step('pubish: { topic: t }'), 'a.test.yaml:4: "pubish" is not known here. Did you mean "publish"?'],
    [step('shout: { topic: t }'), 'a.test.yaml:4: "shout" is not a step. Steps: publish, expect, subscribe'],
    [step('publish: { topic: t }\n        wait: 1s'), 'a.test.yaml:4: A step is a map with one key'],
    [
      step('publish:\n          topic: t\n          paylod: x'),
      'a.test.yaml:6: "paylod" is not known here. Did you mean "payload"?'
    ],
    [step('publish:\n          topic: t\n          qos: 3'), 'a.test.yaml:6: "qos" must be 0, 1 or 2.'],
    [step('subscribe: {}'), 'a.test.yaml:4: "filter" is missing.'],
    [step('expect: { topic: t, within: 5 }'), '"within" must be a time such as 500ms or 2s.'],
    [step('wait: 11m'), '"wait" must be at most 10m.'],
    [step('expect: { messages: [{ nonsense: 1 }] }'), '"nonsense" is not known here.'],
    [step('publish: x'), '"publish" must be a map of keys and values.'],
    [
      step('publish:\n          topic: t\n          topic: u'),
      'a.test.yaml:6: This is not valid YAML: "topic" twice'
    ],
    [
      step('publish:\n          topic: "{{rom}}"') + '\nvariables: { room: a }',
      'a.test.yaml:5: There is no variable “rom”. Did you mean “room”?'
    ],
    [step('publish: { topic: "a/{{b" }'), 'a.test.yaml:4: {{ is not closed.'],
    [
      step('publish: { topic: "{{c}}" }') + '\n    data: none.csv',
      'a.test.yaml:5: The rows of none.csv cannot be read: ENOENT.'
    ],
    ['variables: [a]\nsteps: []', 'a.test.yaml:1: "variables" must be a map of names and texts.'],
    ['checks: [{ steps: [] }]', '"name" must be a text without variables.'],
    ['a: &a [*a]\nsteps: []', 'a.test.yaml:1:'],
    [
      `a0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`).join('\n')}\nsteps: []`,
      'a.test.yaml:'
    ],
    ['['.repeat(100_000), 'a.test.yaml'],
    [`# ${'x'.repeat(50_000_000)}`, 'a.test.yaml: The file is larger than 1000000 bytes.']
  ])('%#: is named with its line and a sentence', async (text, sentence) => {
    const read = async (): Promise<void> => expect((await saidOf(text)).join('\n')).toContain(sentence)
    expect(await cpuTimeOf(read)).toBeLessThan(5_000)
  })

  it('does not keep others from running', async () => {
    const { files, status } = await folderOf({
      'a.test.yaml': 'steps: x',
      'b.test.yaml': 'steps: [{ wait: 1ms }]'
    }).run()
    expect(files.map(({ checks, problems }) => [checks.length, problems.length])).toEqual([
      [0, 1],
      [1, 0]
    ])
    expect(status).toBe(2)
  })

  it('is one whose broker is not possible', async () => {
    const broker = (settings: string) =>
      folderOf({ 'a.test.yaml': `broker: ${settings}\nsteps: [{ wait: 1ms }]` }).run()
    expect(failureOf(await broker('{ local: { faults: [{ kind: late }] } }'))).toContain(
      '"faults.0.kind" of the broker is not possible'
    )
    expect(
      failureOf(await broker('{ local: { faults: [{ kind: loss, rate: { by: chance, chance: 2 } }] } }'))
    ).toContain('of the broker is not possible. It must be a number from 0 to 1.')
    expect(failureOf(await broker('{ local: { rules: [{ allow: both, filter: a/#/b }] } }'))).toBe(
      '"rules.0.filter" of the broker is not possible. # must be the last level, as in plant/#.'
    )
    expect(failureOf(await broker('{ local: { rules: [{ filter: a }] } }'))).toContain(
      'needs either "allow" or "deny"'
    )
    expect(failureOf(await broker('"http://host"'))).toContain('The address of the broker is not one.')
    expect(failureOf(await broker('{ remote: x }'))).toContain('must be local, a URL')
  })
})
