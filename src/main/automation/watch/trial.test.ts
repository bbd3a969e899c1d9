import { describe, expect, it } from 'vitest'
import type { CallOutput } from '../../../shared/contract'
import type { WatchCondition, WatchDraft } from '../../../shared/contract/watch'
import { Decoders } from '../../decode/decoders'
import { SchemaFiles } from '../../decode/schema-files'
import { historyOf, type FixtureMessage } from '../../history/fixture'
import { payloadReaders } from './payload-readers'
import { tryRule } from './trial'

const SECOND = 1e6
/** The period begins here. */
const FROM = 1_000 * SECOND
const TO = FROM + 600 * SECOND

const bindings = [{ filter: 'bound/#', decoder: { format: 'json' as const } }]
const readers = payloadReaders(new Decoders(new SchemaFiles([]), bindings), () => null)

/** Messages by their seconds after the beginning of the period. */
function at(
  seconds: number,
  topic: string,
  payload: string,
  more: Partial<FixtureMessage> = {}
): FixtureMessage {
  return { topic, payload, receivedAt: FROM + seconds * SECOND, ...more }
}

const rule = {
  name: 'trial',
  on: false,
  filter: 'plant/+/temp',
  again: 0,
  tellBack: false,
  actions: { notify: true, mark: false, publish: null, check: null }
}

async function trial(
  messages: FixtureMessage[],
  condition: WatchCondition,
  changes: Partial<WatchDraft> = {}
): Promise<NonNullable<CallOutput<'watch.try'>>> {
  const draft: WatchDraft = { ...rule, condition, ...changes }
  const { path } = historyOf(messages)
  return (await tryRule({ path, draft, from: FROM, to: TO }, readers, () => false))!
}

const hot = {
  kind: 'beyond',
  path: '/temp',
  comparison: 'above',
  limit: 80,
  upper: 0,
  text: '',
  hysteresis: 0,
  for: 0
} as const

const moments = ({ moments }: NonNullable<CallOutput<'watch.try'>>): unknown[] =>
  moments.map(({ kind, topic, at, value }) => [kind, topic, (at - FROM) / SECOND, value])

describe('a rule that is tried with the history', () => {
  it('says when it would have fired, on which topic and by which message', async () => {
    const result = await trial(
      [
        at(-5, 'plant/a/temp', '{"temp": 99}'),
        at(1, 'plant/a/temp', '{"temp": 70}'),
        at(2, 'plant/a/temp', '{"temp": 81}'),
        at(3, 'plant/b/temp', '{"temp": 82}', { direction: 'out' }),
        at(4, 'plant/a/other', '{"temp": 90}'),
        at(5, 'plant/b/temp', '{"temp": 90.5}'),
        at(6, 'plant/a/temp', '{"temp": 60}')
      ],
      hot,
      { tellBack: true }
    )
    expect(moments(result)).toEqual([
      ['fired', 'plant/a/temp', 2, '81'],
      ['fired', 'plant/b/temp', 5, '90.5'],
      ['back', 'plant/a/temp', 6, '60']
    ])
    expect(result).toMatchObject({ fired: 2, messages: 4, topics: 2, isWhole: true, from: FROM, to: TO })
    expect(result.moments[0]!.messageId).toBe(3)
  })

  it('lets time pass between messages: a value that stays, and silence, fire when they are due', async () => {
    const messages = [at(0, 'plant/a/temp', '{"temp": 81}'), at(100, 'plant/a/temp', '{"temp": 81}')]
    expect(moments(await trial(messages, { ...hot, for: 10 }))).toEqual([['fired', 'plant/a/temp', 10, '81']])
    expect(moments(await trial(messages, { kind: 'silent', after: 30 }))).toEqual([
      ['fired', 'plant/a/temp', 30, null],
      ['fired', 'plant/a/temp', 130, null]
    ])
  })

  it('knows the topics that had messages before the period, but no topic before its first message', async () => {
    const silence = await trial(
      [
        at(-100, 'plant/gone/temp', '1'),
        at(-90, 'plant/a/temp', '1'),
        at(50, 'plant/a/temp', '1'),
        at(590, 'plant/new/temp', '1')
      ],
      { kind: 'silent', after: 40 }
    )
    expect(moments(silence)).toEqual([
      ['fired', 'plant/gone/temp', 40, null],
      ['fired', 'plant/a/temp', 40, null],
      ['fired', 'plant/a/temp', 90, null]
    ])
    expect(silence.topics).toBe(3)
  })

  it('judges payloads by the decoder that is bound to their topic, or as JSON', async () => {
    const messages = ['bound/a', 'free/a'].flatMap((topic, index) => [
      at(index * 10 + 1, topic, '{"x": 1}'),
      at(index * 10 + 2, topic, '{"x": '),
      at(index * 10 + 3, topic, '')
    ])
    const bound = await trial(messages, { kind: 'malformed', as: 'bound' }, { filter: '#' })
    expect(moments(bound)).toEqual([['fired', 'bound/a', 2, 'json: ENDS_EARLY @1:7']])
    const json = await trial(messages, { kind: 'malformed', as: 'json' }, { filter: '#' })
    expect(json.fired).toBe(2)
  })

  it('judges them by the JSON Schema that is bound to their topic', async () => {
    const schema = { name: 's.json', bytes: Buffer.from('{"properties": {"x": {"maximum": 5}}}') }
    const { path } = historyOf([at(1, 'checked/a', '{"x": 5}'), at(2, 'checked/a', '{"x": 6}')])
    const draft: WatchDraft = { ...rule, filter: '#', condition: { kind: 'malformed', as: 'bound' } }
    const decoders = new Decoders(new SchemaFiles([schema]), [
      { filter: 'checked/#', decoder: { format: 'json', schema: 's.json' } }
    ])
    const found = await tryRule(
      { path, draft, from: FROM, to: TO },
      payloadReaders(decoders, () => null),
      () => false
    )
    expect(moments(found!)).toEqual([['fired', 'checked/a', 2, 'json: maximum 5 @/x']])
  })

  it('finds nothing in an empty history', async () => {
    expect(await trial([], hot)).toMatchObject({ fired: 0, topics: 0, isWhole: true })
  })
})
