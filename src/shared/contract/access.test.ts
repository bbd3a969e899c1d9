import { expect, it } from 'vitest'
import { accessCalls, AccessSettings } from './access'

function faults(result: {
  success: boolean
  error?: { issues: { path: PropertyKey[]; message: string }[] }
}): string[] {
  return (result.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`)
}

const rule = { effect: 'allow', action: 'both', user: null, clientId: null, filter: 'a/%u/#' }

it('names the rule and the field that cannot be read', () => {
  const check = (rules: unknown[]): string[] =>
    faults(AccessSettings.safeParse({ anonymous: true, fallback: 'deny', rules }))
  expect(check([rule])).toEqual([])
  expect(
    check([
      rule,
      { ...rule, filter: 'a/#/b' },
      { ...rule, filter: '' },
      { ...rule, filter: '$share/g/a' },
      { ...rule, clientId: '' },
      { ...rule, user: 'x'.repeat(1_001) }
    ])
  ).toEqual([
    'rules.1.filter FILTER_HASH_NOT_LAST',
    'rules.2.filter FILTER_EMPTY',
    'rules.3.filter FILTER_SHARED_RULE',
    'rules.4.clientId REQUIRED',
    'rules.5.user TOO_LONG'
  ])
})

it('takes no user name that a password_file cannot hold, and no topic that nobody can publish to', () => {
  const user = (name: string): string[] =>
    faults(accessCalls['access.setUser'].input.safeParse({ name, password: 'x' }))
  expect([user('ada'), user('a:b'), user(''), user('a\nb')]).toEqual([
    [],
    ['name USER_NAME'],
    ['name REQUIRED'],
    ['name USER_NAME']
  ])
  const ask = (action: string, topic: string): string[] =>
    faults(accessCalls['access.check'].input.safeParse({ user: null, clientId: 'c', action, topic }))
  expect([ask('publish', 'a/#'), ask('subscribe', 'a/#'), ask('subscribe', 'a/b#')]).toEqual([
    ['topic TOPIC_WILDCARD'],
    [],
    ['topic FILTER_WILDCARD_NOT_ALONE']
  ])
})
