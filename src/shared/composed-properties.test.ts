import { expect, it } from 'vitest'
import { bytesOf, noProperties, PublishProperties } from './composed-properties'
import { CheckedSubscription } from './contract/profiles'

function faultsOf(changes: Partial<PublishProperties>): [string, string][] {
  const properties = { ...noProperties(), topicAlias: null, ...changes }
  const issues = PublishProperties.safeParse(properties).error?.issues ?? []
  return issues.map(({ path, message }) => [path.join('.'), message])
}

it('accepts properties at their limits', () => {
  expect(faultsOf({})).toEqual([])
  expect(faultsOf({ messageExpiry: 4_294_967_295, topicAlias: 65_535, responseTopic: 'a/b' })).toEqual([])
  expect(faultsOf({ messageExpiry: 0, topicAlias: 1 })).toEqual([])
  const userProperties = [
    { name: 'a', value: '1' },
    { name: 'a', value: '' }
  ]
  expect(faultsOf({ userProperties })).toEqual([])
})

it.each<[Partial<PublishProperties>, string, string]>([
  [{ messageExpiry: 4_294_967_296 }, 'messageExpiry', 'INTERVAL_RANGE'],
  [{ messageExpiry: -1 }, 'messageExpiry', 'INTERVAL_RANGE'],
  [{ messageExpiry: 1.5 }, 'messageExpiry', 'INTERVAL_RANGE'],
  [{ messageExpiry: NaN }, 'messageExpiry', 'INTERVAL_RANGE'],
  [{ topicAlias: 0 }, 'topicAlias', 'UINT16_RANGE'],
  [{ topicAlias: 65_536 }, 'topicAlias', 'UINT16_RANGE'],
  [{ responseTopic: 'a/+' }, 'responseTopic', 'TOPIC_WILDCARD'],
  [{ responseTopic: 'a/#' }, 'responseTopic', 'TOPIC_WILDCARD'],
  [{ contentType: 'a\0b' }, 'contentType', 'TEXT_NULL_CHARACTER'],
  [{ contentType: 'x'.repeat(65_536) }, 'contentType', 'TEXT_TOO_LONG'],
  [{ correlation: { as: 'hex', text: '4f 4' } }, 'correlation.text', 'HEX_MALFORMED'],
  [{ correlation: { as: 'hex', text: '4g' } }, 'correlation.text', 'HEX_MALFORMED'],
  [{ correlation: { as: 'base64', text: 'T0s*' } }, 'correlation.text', 'BASE64_MALFORMED'],
  [{ correlation: { as: 'text', text: 'x'.repeat(65_536) } }, 'correlation.text', 'TEXT_TOO_LONG'],
  [{ userProperties: [{ name: '\ud800', value: '' }] }, 'userProperties.0.name', 'TEXT_LONE_SURROGATE']
])('names the fault of %j', (changes, path, fault) => {
  expect(faultsOf(changes)).toEqual([[path, fault]])
})

it.each([
  ['text', 'OK', 'OK'],
  ['hex', '4f 4B', 'OK'],
  ['base64', 'T0s=', 'OK'],
  ['base64', 'T0s', 'OK'],
  ['hex', '', '']
] as const)('reads %s %j', (as, text, bytes) => {
  expect(Buffer.from(bytesOf({ as, text }) as Uint8Array).toString()).toBe(bytes)
})

it('refuses a subscription that MQTT does not allow', () => {
  const faultOf = (subscription: object): string | undefined =>
    CheckedSubscription.safeParse({ qos: 0, ...subscription }).error?.issues[0]?.message
  expect(
    faultOf({ filter: 'a/#', noLocal: true, retainHandling: 2, identifier: 268_435_455 })
  ).toBeUndefined()
  expect(faultOf({ filter: '$share/g/a' })).toBeUndefined()
  expect(faultOf({ filter: '$share/g/a', noLocal: true })).toBe('NO_LOCAL_SHARED')
  expect(faultOf({ filter: 'a/#/b' })).toBe('FILTER_HASH_NOT_LAST')
  for (const identifier of [0, 268_435_456, 1.5])
    expect(faultOf({ filter: 'a', identifier })).toBe('IDENTIFIER_RANGE')
})
