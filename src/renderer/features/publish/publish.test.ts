import { expect, it } from 'vitest'
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
  draft.typedTopic()
  draft.keep()

  const again = new PublishState(api, 'plant', loaded())
  expect(again).toMatchObject({ topic: 'lamp/set', kind: 'json', text: '{"on":true}', qos: 2, retain: true })
  // The topic was typed, so it does not follow the selection.
  again.suggest('other/topic')
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
