import { expect, it } from 'vitest'
import { AppError } from '../../../shared/errors'
import type { Api } from '../../../shared/rpc/contract'
import { Preferences } from '../../state/preferences.svelte'
import { PublishState } from './publish.svelte'

const api = {} as Api

function storage(): Pick<Storage, 'getItem' | 'setItem'> {
  const items = new Map<string, string>()
  return { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => void items.set(key, value) }
}

it('restores the draft of each connection after a reload', () => {
  const stored = storage()
  /** The preferences of a newly loaded page. */
  const loaded = (): Preferences => new Preferences(stored)
  const draft = new PublishState(api, 'plant', loaded())
  Object.assign(draft, { topic: 'lamp/set', kind: 'json', text: '{"on":true}', qos: 2, retain: true })
  draft.properties.draft.userProperties.push({ name: 'line', value: '1' })
  draft.typedTopic()
  draft.keep()

  const again = new PublishState(api, 'plant', loaded())
  expect(again).toMatchObject({ topic: 'lamp/set', kind: 'json', text: '{"on":true}', qos: 2, retain: true })
  expect(again.properties.plain().userProperties).toEqual([{ name: 'line', value: '1' }])
  // The topic was typed, so it does not follow the selection.
  again.follow('other/topic')
  expect(again.topic).toBe('lamp/set')
  expect(new PublishState(api, 'home', loaded()).text).toBe('')
})

it('starts empty if the storage is unavailable or holds something else', () => {
  const closed = {
    getItem: () => {
      throw new DOMException('closed', 'SecurityError')
    },
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
  }
  const draft = new PublishState(api, 'plant', new Preferences(closed))
  draft.text = 'typed'
  draft.keep()
  expect(draft.text).toBe('typed')
  expect(
    new PublishState(api, 'plant', new Preferences({ getItem: () => 'no JSON', setItem: () => undefined }))
      .topic
  ).toBe('')
})

it('restores what was published after a reload, newest first, with what came of it; never a file, and no more than fits', async () => {
  const stored = storage()
  const result = { outcome: 'sent', packetId: null, reasonCode: null, milliseconds: 1, size: 2 }
  const refused = new AppError('PUBLISH_REFUSED', { reasonCode: 0x87, reasonString: null })
  const answers = [() => Promise.resolve(result), () => Promise.reject(refused)]
  const draft = new PublishState(
    { call: () => (answers.shift() ?? (() => Promise.resolve(result)))() } as unknown as Api,
    'plant',
    new Preferences(stored)
  )
  const publish = async (message: Partial<PublishState>): Promise<void> => {
    Object.assign(draft, message)
    await draft.publish()
  }
  await publish({ topic: 'old', text: 'x'.repeat(200_000) })
  await publish({ topic: 'refused', text: 'on', qos: 1, retain: true })
  await publish({ topic: 'file', kind: 'file', file: new File(['in a file'], 'a.bin') })
  expect(draft.sent.list.map(({ topic }) => topic)).toEqual(['file', 'refused', 'old'])

  const restored = (): PublishState => new PublishState(api, 'plant', new Preferences(stored))
  expect(restored().sent.list.map(({ topic }) => topic)).toEqual(['refused', 'old'])
  expect(restored().sent.list[0]).toMatchObject({
    text: 'on',
    qos: 1,
    retain: true,
    outcome: { error: refused }
  })

  await publish({ topic: 'new', kind: 'text', text: 'y'.repeat(200_000) })
  expect(restored().sent.list.map(({ topic }) => topic)).toEqual(['new', 'refused'])
  for (let times = 0; times < 60; times++) await publish({ topic: `many/${times}`, text: '' })
  expect(draft.sent.list).toHaveLength(50)
  expect(new PublishState(api, 'home', new Preferences(stored)).sent.list).toEqual([])
})

it('brings back a draft that a published message replaced, unless it was published itself', async () => {
  const draft = new PublishState({ call: () => Promise.resolve({}) } as unknown as Api, 'plant')
  Object.assign(draft, { topic: 'lamp', text: 'on' })
  await draft.publish()
  const [lamp] = draft.sent.list
  draft.fill(lamp!)
  expect(draft.replaced).toBeNull()
  draft.text = 'half writ'
  draft.fill(lamp!)
  expect(draft.text).toBe('on')
  draft.bringBack()
  expect(draft).toMatchObject({ topic: 'lamp', text: 'half writ', replaced: null })
  draft.fill(lamp!)
  await draft.publish()
  expect(draft.replaced).toBeNull()
})

it('restores a draft and messages that an older version stored without properties', () => {
  const stored = storage()
  const draft = { topic: 'lamp', typed: true, kind: 'text', text: 'on', qos: 1, retain: false }
  const sent = { ...draft, id: 1, at: 0, outcome: { result: {} } }
  const preferences = new Preferences(stored)
  preferences.keep('draft.plant', JSON.stringify(draft))
  preferences.keep('published.plant', JSON.stringify([sent]))
  const restored = new PublishState(api, 'plant', new Preferences(stored))
  expect(restored).toMatchObject({ topic: 'lamp', text: 'on' })
  expect(restored.properties.plain()).toMatchObject({ messageExpiry: null, userProperties: [] })
  restored.fill(restored.sent.list[0]!)
  expect(restored.properties.plain().topicAlias).toBeNull()
})

it('sends, lists and repeats a payload in the encoding that was chosen for it', async () => {
  const calls: [string, unknown][] = []
  const result = { outcome: 'sent', packetId: null, reasonCode: null, milliseconds: 1, size: 2 }
  const process = {
    call(name: string, input: { encoding?: { format: string } }) {
      calls.push([name, input])
      return Promise.resolve(
        name === 'encoding.encode'
          ? { bytes: new TextEncoder().encode(input.encoding!.format), shown: '' }
          : result
      )
    }
  } as unknown as Api
  const stored = storage()
  const draft = new PublishState(process, 'plant', new Preferences(stored))
  Object.assign(draft, { topic: 'a', kind: 'json', text: '{}', chosenEncoding: { format: 'cbor' } })
  await draft.publish()
  draft.keep()

  const again = new PublishState(process, 'plant', new Preferences(stored))
  expect(again).toMatchObject({ kind: 'json', encoding: { format: 'cbor' } })
  // While another kind is chosen, the choice waits.
  again.kind = 'hex'
  expect(again.encoding).toBeNull()
  again.chosenEncoding = { format: 'msgpack' }
  const [listed] = again.sent.list
  expect(again.sent.has({ ...listed!, encoding: null })).toBe(false)
  await again.sendAgain(listed!)
  again.fill(listed!)
  expect(again).toMatchObject({ kind: 'json', text: '{}', encoding: { format: 'cbor' } })
  const sent = calls.flatMap(([name, input]) =>
    name === 'messages.publish' ? [new TextDecoder().decode((input as { payload: Uint8Array }).payload)] : []
  )
  expect(sent).toEqual(['cbor', 'cbor'])
})

it('sends nothing that cannot be encoded, and says so for a listed message whose schema has gone', async () => {
  const fault = { code: 'ENCODE_SCHEMA_MISSING' as const, path: '', detail: 'a.avsc', line: 1, column: 1 }
  const calls: string[] = []
  const process = {
    call(name: string) {
      calls.push(name)
      return Promise.resolve({ fault })
    }
  } as unknown as Api
  const draft = new PublishState(process, 'plant')
  Object.assign(draft, {
    topic: 'a',
    kind: 'json',
    text: '{}',
    chosenEncoding: { format: 'avro', schema: 'a.avsc' }
  })
  await draft.publish()
  expect(draft).toMatchObject({ busy: false, tried: true, encoded: { fault } })
  expect(draft.sent.list).toEqual([])
  await draft.sendAgain(draft.entered())
  expect(draft.sent.list).toMatchObject([{ outcome: { error: { code: 'NOT_ENCODABLE', details: fault } } }])
  expect(calls).not.toContain('messages.publish')
})
