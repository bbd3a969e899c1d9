import { expect, it } from 'vitest'
import type { RetainedCopy } from '../../broker/retained-pages'
import { scriptLines } from './retained-script'

function message(change: Partial<RetainedCopy>): RetainedCopy {
  return { topic: 't', payload: Buffer.from('x'), qos: 0, properties: {}, ...change }
}

it('writes text as text, and other bytes as Base64', () => {
  expect(scriptLines(message({ payload: Buffer.from("it's\n") }))!.text).toBe(
    `pub -q 0 -t 't' -m 'it'\\''s\n'\n`
  )
  expect(scriptLines(message({ qos: 2, payload: Buffer.from([0xff]) }))!.text).toBe(
    `base64 -d <<'.' | pub -q 2 -t 't' -s\n/w==\n.\n`
  )
  const long = scriptLines(message({ payload: Buffer.alloc(3_000, 'a') }))!.text.split('\n')
  expect(Math.max(...long.map((line) => line.length))).toBe(76)
})

it('says what mosquitto_pub cannot publish: topics with control characters or too many levels, and such properties', () => {
  expect(scriptLines(message({ topic: 'a\u0001' }))).toBeNull()
  expect(scriptLines(message({ topic: 'a/'.repeat(200) }))).not.toBeNull()
  expect(scriptLines(message({ topic: 'a/'.repeat(201) }))).toBeNull()
  const properties = {
    correlationData: Buffer.from([0xff]).toString('base64'),
    contentType: 'a\u0007',
    userProperties: { a: ['1', '\ufffe'], b: '2' }
  }
  expect(scriptLines(message({ properties }))).toEqual({
    text: "pub -q 0 -t 't' -D publish user-property 'a' '1' -D publish user-property 'b' '2' -m 'x'\n",
    isWhole: false
  })
})
