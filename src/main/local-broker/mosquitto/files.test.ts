import { spawnSync } from 'node:child_process'
import { expect, it, onTestFinished } from 'vitest'
import type { AccessRule, AccessSettings } from '../../../shared/contract/access'
import { hashPassword } from '../../broker/access/password'
import { ClientRules } from '../../broker/access/rules'
import { Mosquitto, mosquittoInstalled } from '../../mqtt/mosquitto.fixture'
import { readAclFile } from './read-acl-file'
import { readPasswordFile } from './read-password-file'
import { writeAclFile, writePasswordFile } from './write-files'

const HASH = `$7$101$4Ruk1uKlBEiYaloA$Bo/dXiIxaM0AxrYUAisD6wo/sf/YDTe0M0/SCWN1F/cqSRXIK5qkWi99OrJKVn95r/x7SlGKH0UBjU/FNfPmZw==`

function rule(text: string, who: Partial<AccessRule> = {}): AccessRule {
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

const settings = (rules: AccessRule[], fallback: AccessSettings['fallback'] = 'deny'): AccessSettings => ({
  anonymous: true,
  fallback,
  rules
})

it('reads a password_file, reports every line that it cannot take, and never repeats a password', () => {
  const text = `# staff\r\nada:${HASH}\r\n\r\nbob:plain secret\nold:$6$c2FsdA==$aGFzaA==\nnonsense\n: ${HASH}\nada:${HASH} \n`
  expect(readPasswordFile(text)).toEqual({
    users: [{ name: 'ada', password: HASH, scram: null }],
    unread: [
      { file: 'password_file', line: 1, text: '# staff', fault: 'COMMENT_ALONE' },
      { file: 'password_file', line: 4, text: 'bob:', fault: 'HASH_UNKNOWN' },
      { file: 'password_file', line: 5, text: 'old:', fault: 'HASH_UNKNOWN' },
      { file: 'password_file', line: 6, text: '', fault: 'MALFORMED' },
      { file: 'password_file', line: 7, text: ':', fault: 'MALFORMED' }
    ]
  })
})

it('reads an acl_file in the order in which Mosquitto looks at it, with its comments', () => {
  const text = `# Everybody without a name
# sees this
topic read public/#
user ada lovelace
topic a/b
topic  deny   a/secret
topic write with space/x
# own
pattern readwrite home/%u/#
pattern deny home/%u/%c/off
user ada lovelace
topic read c
topic a%c
topic sometimes x
topic read a/#/b
topic
who knows
# the end
`
  const ada = { user: 'ada lovelace' }
  const { rules, unread } = readAclFile(text)
  expect(rules).toEqual([
    rule('allow subscribe public/#', { user: '', comment: 'Everybody without a name\nsees this' }),
    rule('deny both a/secret', ada),
    rule('allow both a/b', ada),
    rule('allow publish with space/x', ada),
    rule('allow subscribe c', ada),
    rule('deny both home/%u/%c/off'),
    rule('allow both home/%u/#', { comment: 'own' })
  ])
  expect(unread.map(({ line, text: shown, fault }) => [line, shown, fault])).toEqual([
    [13, 'topic a%c', 'LITERAL_PLACEHOLDER'],
    [14, 'topic sometimes x', 'MALFORMED'],
    [15, 'topic read a/#/b', 'FILTER'],
    [16, 'topic', 'MALFORMED'],
    [17, 'who knows', 'MALFORMED'],
    [18, '# the end', 'COMMENT_ALONE']
  ])
})

it('writes what it reads, and reads what it writes', () => {
  const rules = [
    rule('allow subscribe public/#', { user: '', comment: 'one\ntwo' }),
    rule('deny both a/secret', { user: 'ada' }),
    rule('allow both a b/#', { user: 'ada' }),
    rule('deny both x/%u'),
    rule('allow publish %c/y', { comment: 'three' })
  ]
  const { text, notes } = writeAclFile(settings(rules))
  expect(notes).toEqual([])
  expect(text).toBe(`# one
# two
topic read public/#

user ada
topic deny a/secret
topic readwrite a b/#

pattern deny x/%u
# three
pattern write %c/y
`)
  expect(readAclFile(text)).toEqual({ rules, unread: [] })
})

it('reports what Mosquitto cannot say, and denies rather than allows where the order differs', () => {
  const rules = [
    rule('allow both a/#', { clientId: 'c' }),
    rule('deny both b/secret'),
    rule('allow both b/#', { user: 'ada' }),
    rule('allow subscribe d/#', { user: 'ada' }),
    rule('deny both d/x', { user: 'ada' }),
    rule('deny publish d/y', { user: 'ada' }),
    rule('deny publish elsewhere', { user: 'ada' }),
    rule('allow both %c/x', { user: 'ada' }),
    rule('allow both %u/x', { user: 'ada' }),
    rule('allow both  spaced'),
    rule('allow both e', { user: ' eve' })
  ]
  const { text, notes } = writeAclFile(settings(rules))
  expect(notes).toEqual([
    { fault: 'CLIENT_ID', rule: 0, user: null },
    { fault: 'ORDER_ALLOW', rule: 2, user: null },
    { fault: 'ORDER_DENY', rule: 4, user: null },
    { fault: 'DENIES_BOTH', rule: 5, user: null },
    { fault: 'FILTER', rule: 7, user: null },
    { fault: 'FILTER', rule: 9, user: null },
    { fault: 'NAME', rule: 10, user: null }
  ])
  expect(text).toBe(`user ada
topic read d/#
topic deny d/x
topic deny d/y
topic deny elsewhere
topic readwrite ada/x

pattern deny b/secret
`)
  expect(writeAclFile(settings([rule('deny publish a')], 'allow'))).toEqual({
    text: 'pattern deny a\npattern readwrite #\npattern readwrite $SYS/#\n',
    notes: [{ fault: 'DENIES_BOTH', rule: 0, user: null }]
  })
  expect(
    writePasswordFile([
      { name: 'ada', password: HASH, scram: null },
      { name: 'b:b', password: HASH, scram: null }
    ])
  ).toEqual({ text: `ada:${HASH}\n`, notes: [{ fault: 'NAME', rule: null, user: 'b:b' }] })
})

it.skipIf(!mosquittoInstalled)(
  'agrees with a real Mosquitto that has the files on who may publish',
  async () => {
    const rules = [
      rule('allow publish free/%c', { user: '' }),
      rule('deny both a/secret', { user: 'ada' }),
      rule('allow publish a/#', { user: 'ada' }),
      rule('deny both home/%u/off'),
      rule('allow both home/%u/#'),
      rule('allow publish with space/+')
    ]
    // %c is only known to lines for everybody.
    const written = writeAclFile(settings(rules))
    expect(written.notes).toEqual([{ fault: 'FILTER', rule: 0, user: null }])
    const broker = new Mosquitto()
    onTestFinished(() => broker.remove())
    const users = ['ada', 'bob'].map(async (name) => ({
      name,
      password: await hashPassword(`${name}!`),
      scram: null
    }))
    await broker.start([
      'allow_anonymous true',
      `password_file ${broker.file('password_file', writePasswordFile(await Promise.all(users)).text)}`,
      `acl_file ${broker.file('acl_file', written.text)}`
    ])
    const publish = (user: string | null, topic: string): boolean => {
      const login = user === null ? [] : ['-u', user, '-P', `${user}!`]
      const options = ['-p', String(broker.port), '-V', '5', '-i', 'c1', '-q', '1', '-m', 'x', '-t', topic]
      const { stderr, status } = spawnSync('mosquitto_pub', [...options, ...login], { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
      return !/not authori[sz]ed/i.test(stderr)
    }
    const topics = [
      'a/b',
      'a/secret',
      'home/ada/x',
      'home/ada/off',
      'home/bob/x',
      'with space/x',
      'free/c1',
      'z'
    ]
    const kept = settings(rules.filter((_, i) => i > 0))
    for (const user of [null, 'ada', 'bob'])
      for (const topic of topics) {
        const { allowed } = new ClientRules(kept, { user, clientId: 'c1' }).decide('publish', topic)
        expect([user, topic, publish(user, topic)]).toEqual([user, topic, allowed])
      }
  }
)
