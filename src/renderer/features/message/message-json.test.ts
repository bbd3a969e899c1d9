import { expect, it } from 'vitest'
import type { MessageHead } from '../../../shared/message'
import { messageAsJson } from './message-json'

const head: MessageHead = {
  id: 7,
  topic: 'a/"b"',
  receivedAt: 1_790_000_000_123_456,
  direction: 'in',
  qos: 1,
  retain: true,
  dup: false,
  size: 3,
  properties: { contentType: 'text/plain' }
}

it('writes every field of a message, and its time to the microsecond', () => {
  expect(JSON.parse(messageAsJson(head, new TextEncoder().encode('21°')))).toEqual({
    ...head,
    receivedAt: '2026-09-21T14:13:20.123456Z',
    encoding: 'utf8',
    payload: '21°'
  })
})

it('writes a payload that is not text as Base64', () => {
  expect(JSON.parse(messageAsJson(head, Uint8Array.from([0, 255])))).toMatchObject({
    encoding: 'base64',
    payload: 'AP8='
  })
})
