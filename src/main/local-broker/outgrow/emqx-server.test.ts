import { spawnSync } from 'node:child_process'
import { pbkdf2Sync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { AccessRule, StoredAccess } from '../../../shared/contract/access'
import { defaultBrokerLimits } from '../../../shared/contract/broker'
import { hashPassword } from '../../broker/access/password'
import { temporaryFolder } from '../../history/fixture'
import { emqxServer } from './emqx-server'
import type { ServerInput } from './server'

/** Erlang reads acl.conf for EMQX; where it is not installed, the test of it is skipped. */
const erlangInstalled = spawnSync('erl', ['-version']).error === undefined

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

function serverOf(access: Partial<StoredAccess>, change: Partial<ServerInput> = {}) {
  const server = emqxServer({
    listeners: [{ kind: 'tcp', host: '0.0.0.0', port: 1883 }],
    mqttSn: [],
    limits: defaultBrokerLimits,
    access: { anonymous: false, fallback: 'deny', rules: [], users: [], secret: '', ...access },
    certificate: null,
    bridges: { lines: [], files: [], notes: [] },
    ...change
  })
  const file = (path: string): string => server.files.find((each) => each.path === path)!.text
  return { ...server, file }
}

it('writes users for the built-in database with the hashes that EMQX computes, and names those whose hash it cannot take', async () => {
  const foreign = '$7$101$4Ruk1uKlBEiYaloA$' + 'A'.repeat(86) + '=='
  const { file, notes } = serverOf({
    anonymous: true,
    users: [
      { name: 'a,"da', password: await hashPassword('secret'), scram: null },
      { name: 'bob', password: foreign, scram: null }
    ]
  })
  const [head, ada, ...rest] = file('users.csv').split('\n')
  expect(head).toBe('user_id,password_hash,salt,is_superuser')
  const [, hash, salt] = /^"a,""da",([0-9a-f]{128}),([\w-]+),false$/.exec(ada!)!
  expect(hash).toBe(pbkdf2Sync('secret', salt!, 10_000, 64, 'sha512').toString('hex'))
  expect(rest).toEqual([''])
  expect(file('emqx.conf')).toContain('iterations = 10000, dk_length = 64')
  expect(notes).toEqual([
    { fault: 'PASSWORD', rule: null, user: 'bob' },
    { fault: 'ANONYMOUS_WITH_USERS', rule: null, user: null }
  ])
})

const rules = [
  rule('deny subscribe a/secret', { comment: 'one\ntwo' }),
  rule('allow both a/#', { user: 'ada' }),
  rule('allow publish dev/%c/#', { clientId: 'c"1\\' }),
  rule('allow subscribe home/%u/+', { user: '你好', clientId: 'c' }),
  rule('allow both x', { user: '' }),
  rule('allow both ${x}'),
  rule('deny publish z')
]

const terms = `%% -*- coding: utf-8 -*-
%% one
%% two
{deny, all, subscribe, ["a/secret"]}.
{allow, {username, "ada"}, all, ["a/#"]}.
{allow, {clientid, "c\\"1\\\\"}, publish, ["dev/\${clientid}/#"]}.
{allow, {'and', [{username, "你好"}, {clientid, "c"}]}, subscribe, ["home/\${username}/+"]}.
{deny, all, publish, ["z"]}.
`

it('writes rules as terms in their order, and names what EMQX cannot say or does not check', () => {
  const { file, notes } = serverOf({ rules })
  expect(file('acl.conf')).toBe(terms)
  expect(notes).toEqual([
    { fault: 'NOT_AT_DELIVERY', rule: 0, user: null },
    { fault: 'ANONYMOUS_RULE', rule: 4, user: null },
    { fault: 'FILTER', rule: 5, user: null }
  ])
})

it.skipIf(!erlangInstalled)('writes terms that Erlang reads', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'acl.conf'), serverOf({ rules }).file('acl.conf'))
  const program = '{ok, T} = file:consult("acl.conf"), io:format("~w", [T]), halt().'
  const { stdout } = spawnSync('erl', ['-noshell', '-eval', program], { cwd: folder, encoding: 'utf8' })
  expect(stdout).toContain('{deny,all,subscribe,[[97,47,115,101,99,114,101,116]]}')
  expect(stdout).toContain('{clientid,[99,34,49,92]}')
  expect(stdout).toContain("{'and',[{username,[20320,22909]},{clientid,[99]}]}")
})

it('opens the listeners that there are, and no others', () => {
  const config = serverOf(
    {},
    {
      listeners: [
        { kind: 'tcp', host: '127.0.0.1', port: 1883 },
        { kind: 'tcp', host: '0.0.0.0', port: 1884 },
        { kind: 'wss', host: '0.0.0.0', port: 8084 }
      ],
      certificate: { cert: 'C', key: 'K' }
    }
  )
  const text = config.file('emqx.conf')
  for (const part of [
    'listeners.tcp.default {\n  bind = "0.0.0.0:1883"',
    'listeners.tcp.more2 {\n  bind = "0.0.0.0:1884"',
    'listeners.wss.default {\n  bind = "0.0.0.0:8084"',
    'certfile = "/opt/emqx/etc/certs/server.pem"',
    'listeners.ssl.default.enable = false\nlisteners.ws.default.enable = false',
    'no_match = deny'
  ])
    expect(text).toContain(part)
  expect(config.files.map(({ path, isSecret = false }) => [path, isSecret])).toEqual([
    ['emqx.conf', true],
    ['acl.conf', false],
    ['users.csv', true],
    ['certs/server.pem', false],
    ['certs/server-key.pem', true],
    ['compose.yaml', false],
    ['README.md', false]
  ])
  expect(config.file('compose.yaml')).toContain('- "127.0.0.1:1883:1883"\n      - "1884:1884"')
})
