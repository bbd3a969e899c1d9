import { expect, it } from 'vitest'
import type { AccessRule } from '../../../shared/contract/access'
import { canMeet, ClientRules } from './rules'

/** A rule from `allow|deny publish|subscribe|both FILTER`. */
function rule(text: string, who: Partial<Pick<AccessRule, 'user' | 'clientId'>> = {}): AccessRule {
  const [effect, action, ...filter] = text.split(' ')
  return {
    effect: effect as AccessRule['effect'],
    action: action as AccessRule['action'],
    user: null,
    clientId: null,
    filter: filter.join(' '),
    comment: '',
    ...who
  }
}

function rules(
  list: (string | AccessRule)[],
  fallback: 'allow' | 'deny' = 'deny',
  user: string | null = 'ada',
  clientId = 'c1'
) {
  return new ClientRules(
    { rules: list.map((each) => (typeof each === 'string' ? rule(each) : each)), fallback },
    { user, clientId }
  )
}

it('lets the first rule decide that matches, and names it', () => {
  const given = rules(['deny publish a/secret', 'allow both a/#', 'deny both a/b'])
  expect(given.decide('publish', 'a/secret')).toEqual({ allowed: false, rule: 0, except: [] })
  expect(given.decide('subscribe', 'a/secret')).toMatchObject({ allowed: true, rule: 1 })
  expect(given.decide('publish', 'a/b')).toMatchObject({ allowed: true, rule: 1 })
  expect(given.decide('publish', 'a')).toMatchObject({ allowed: true, rule: 1 })
  expect(given.decide('publish', 'b')).toEqual({ allowed: false, rule: null, except: [] })
  expect(rules([], 'allow').decide('publish', 'b')).toEqual({ allowed: true, rule: null, except: [] })
})

it('applies rules to a user, a client id, or clients without a user name', () => {
  const list = [
    rule('allow both u', { user: 'ada' }),
    rule('allow both c', { clientId: 'c1' }),
    rule('allow both both', { user: 'ada', clientId: 'c2' }),
    rule('allow both anonymous', { user: '' })
  ]
  const may = (user: string | null, clientId: string): string[] =>
    ['u', 'c', 'both', 'anonymous'].filter(
      (topic) => rules(list, 'deny', user, clientId).decide('publish', topic).allowed
    )
  expect(may('ada', 'c1')).toEqual(['u', 'c'])
  expect(may('ada', 'c2')).toEqual(['u', 'both'])
  expect(may('bob', 'c1')).toEqual(['c'])
  expect(may(null, 'c2')).toEqual(['anonymous'])
})

it('puts the user name and the client id in place of %u and %c, also within a level, and never as wildcards or levels', () => {
  const list = ['allow both home/%u/#', 'allow both dev-%c/x']
  expect(rules(list).decide('publish', 'home/ada/x').allowed).toBe(true)
  expect(rules(list).decide('publish', 'dev-c1/x').allowed).toBe(true)
  expect(rules(list).decide('publish', 'home/bob/x').allowed).toBe(false)
  for (const name of ['+', '#', 'bob/x']) {
    const given = rules(list, 'deny', name, name)
    expect(given.decide('publish', 'home/bob/x').allowed).toBe(false)
    for (const filter of ['home/+/x', 'home/+/#', 'home/#', 'home/bob/x', 'home/bob/x/#'])
      expect(given.decideSubscribe(filter).allowed).toBe(false)
  }
  // What a client cannot reach is no exception to what it may read.
  for (const name of ['+', 'a/b'])
    expect(rules(['deny both x/%c'], 'allow', null, name).decideSubscribe('x/+').except).toEqual([])
  const own = rules(['allow both %c/#', 'allow both x/%c'], 'deny', null, '$SYS')
  expect([
    own.decide('subscribe', '$SYS/a'),
    own.decideSubscribe('$SYS/#'),
    own.decide('publish', 'x/$SYS')
  ]).toMatchObject([{ allowed: false }, { allowed: false }, { allowed: true }])
  // Without a user name the rule says nothing, whatever it is.
  expect(rules(['deny both home/%u'], 'allow', null).decide('publish', 'home/%u').allowed).toBe(true)
})

it.each([
  ['a/+', 'a/b', true],
  ['a/+', 'a/+', true],
  ['a/+', 'a/#', false],
  ['a/+', '+/b', false],
  ['a/b', 'a/+', false],
  ['a/#', 'a', true],
  ['a/#', 'a/#', true],
  ['a/#', 'a/+/c/#', true],
  ['a/#', '#', false],
  ['a/b/#', 'a/+/#', false],
  ['a/+/c', 'a/+/c', true],
  ['+/b', '+/b', true],
  ['#', '+/+', true],
  ['#', '$SYS/#', false],
  ['+/x', '$SYS/x', false],
  ['$SYS/#', '$SYS/broker/+', true],
  ['$SYS/#', '#', false],
  ['a/#', '$share/g/a/b', true],
  ['a/+', '$share/g/a/#', false]
])('an allowed %s %s covers a subscription to %s: %s', (allowed, filter, is) => {
  expect(rules([`allow subscribe ${allowed}`]).decideSubscribe(filter).allowed).toBe(is)
})

it('refuses a subscription that is denied as a whole, and names the rules that deny a part of an allowed one', () => {
  const given = rules([
    'deny both a/secret/#',
    'deny publish a/x',
    'deny both b',
    'deny both +/secret/deep',
    'allow both a/#'
  ])
  expect(given.decideSubscribe('a/#')).toEqual({ allowed: true, rule: 4, except: [0, 3] })
  expect(given.decideSubscribe('a/secret')).toEqual({ allowed: false, rule: 0, except: [] })
  expect(given.decideSubscribe('$share/g/a/secret/+')).toEqual({ allowed: false, rule: 0, except: [] })
  expect(given.decideSubscribe('a/b')).toEqual({ allowed: true, rule: 4, except: [] })
  expect(given.decideSubscribe('#')).toEqual({ allowed: false, rule: null, except: [] })
  expect(rules(['deny both $SYS/#', 'deny both a/b'], 'allow').decideSubscribe('#')).toEqual({
    allowed: true,
    rule: null,
    except: [1]
  })
})

/** Every topic of up to three of these levels. */
const topics = ['a', 'b', '$s', ''].flatMap((one) => [
  one,
  ...['a', 'b', ''].flatMap((two) => [`${one}/${two}`, ...['a', ''].map((three) => `${one}/${two}/${three}`)])
])
const filters = ['a', '+', '#', '$s', '']
  .flatMap((one) =>
    one === '#'
      ? [one]
      : [
          one,
          ...['a', '+', '#', ''].flatMap((two) =>
            two === '#' ? [`${one}/#`] : [`${one}/${two}`, `${one}/${two}/#`, `${one}/${two}/+`]
          )
        ]
  )
  .filter((filter) => filter !== '')

it('never lets a subscription through of which the rule denies a topic, and finds every rule that meets it', () => {
  const matching = (filter: string): string[] =>
    topics.filter(
      (topic) => topic !== '' && rules([`allow both ${filter}`]).decide('subscribe', topic).allowed
    )
  for (const pattern of filters)
    for (const filter of filters) {
      const both = matching(filter).filter((topic) => matching(pattern).includes(topic))
      const { allowed } = rules([`allow both ${pattern}`]).decideSubscribe(filter)
      if (allowed) expect([pattern, filter, both]).toEqual([pattern, filter, matching(filter)])
      const found = rules([`deny both ${pattern}`], 'allow').decideSubscribe(filter)
      if (both.length > 0)
        expect([pattern, filter, found.except.length > 0 || !found.allowed]).toEqual([pattern, filter, true])
      expect(canMeet(rule(`allow both ${pattern}`), rule(`deny publish ${filter}`))).toBe(
        found.except.length > 0 || !found.allowed
      )
    }
})
