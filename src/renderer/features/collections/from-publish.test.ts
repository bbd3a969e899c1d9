import { expect, it } from 'vitest'
import { emptyRequest } from '../../../shared/contract/collections'
import { requestOf } from './from-publish'

const { properties } = emptyRequest
const entered = {
  topic: 'home/{{room}}',
  kind: 'json' as const,
  encoding: null,
  text: '{"t": "{{ value }}"}',
  file: null,
  qos: 1 as const,
  retain: true,
  properties: { ...properties, messageExpiry: 60, userProperties: [{ name: 'unit', value: '{{C}}' }] }
}

it('keeps what is typed as a template, with its properties', async () => {
  expect(await requestOf(entered, false)).toEqual({
    ...emptyRequest,
    topic: 'home/{{room}}',
    payload: '{"t": "{{ value }}"}',
    format: 'json',
    encode: null,
    qos: 1,
    retain: true,
    properties: { ...properties, messageExpiry: '60', userProperties: [{ name: 'unit', value: '{{C}}' }] }
  })
})

it('keeps what was published as it was sent', async () => {
  expect(await requestOf(entered, true)).toMatchObject({
    topic: 'home/\\{{room}}',
    payload: '{"t": "\\{{ value }}"}',
    properties: { userProperties: [{ name: 'unit', value: '\\{{C}}' }] }
  })
})

it('keeps a file as Base64, unless it is too large for a collection', async () => {
  const file = { ...entered, kind: 'file' as const, file: new File([Uint8Array.of(0, 255)], 'a.bin') }
  expect(await requestOf(file, true)).toMatchObject({ payload: 'AP8=', format: 'base64' })
  const large = new File([new Uint8Array(700_000)], 'b.bin')
  expect(await requestOf({ ...file, file: large }, true)).toBeNull()
})
