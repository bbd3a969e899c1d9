import { expect, it } from 'vitest'
import type { BrokerRetainedMessage } from '../../../../shared/contract/workbench'
import { Draft } from './drafts.svelte'

function draftFor(payload: Uint8Array, changes: Partial<BrokerRetainedMessage> = {}): Draft {
  return new Draft({
    topic: 't',
    payload,
    size: payload.length,
    qos: 1,
    receivedAt: 7,
    publisher: 'p',
    expiresIn: null,
    preview: '',
    binary: false,
    cut: false,
    properties: null,
    ...changes
  })
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

it('text is edited as text and goes out as it is typed, with its byte order mark', () => {
  const draft = draftFor(bytes('\uFEFFwärm\n'))
  expect([draft.isHex, draft.text]).toEqual([false, '\uFEFFwärm\n'])
  expect(draft.payload).toEqual({ bytes: bytes('\uFEFFwärm\n') })
  draft.text = ' '
  expect(draft.payload).toEqual({ bytes: bytes(' ') })
  draft.text = ''
  expect(draft.payload).toEqual({ fault: 'EMPTY' })
})

it('bytes are edited in hex', () => {
  const draft = draftFor(Uint8Array.of(0xff, 0, 0x1a))
  expect([draft.isHex, draft.text]).toEqual([true, 'ff 00 1a'])
  draft.text = 'ff 0'
  expect(draft.payload).toEqual({ fault: 'HEX' })
  draft.text = ' '
  expect(draft.payload).toEqual({ fault: 'EMPTY' })
  draft.text = 'ff01'
  expect(draft.payload).toEqual({ bytes: Uint8Array.of(0xff, 1) })
})

it('only what was JSON can cease to be JSON', () => {
  const json = draftFor(bytes('{"a":1}'))
  json.text = '{"a":'
  expect(json.brokeJson).toBe(true)
  const text = draftFor(bytes('a: 1'))
  text.text = 'a: 2'
  expect(text.brokeJson).toBe(false)
})

it('the time that is left is the expiry to begin with', () => {
  expect(draftFor(bytes('x'), { expiresIn: 120 }).seconds).toBe(120)
  expect(draftFor(bytes('x')).seconds).toBeNull()
})
