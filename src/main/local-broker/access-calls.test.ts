import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { openAccess, type AccessRule, type StoredAccess } from '../../shared/contract/access'
import { AppError } from '../../shared/errors'
import { temporaryFolder } from '../history/fixture'
import { parsePassword } from '../broker/access/password'
import { accessCalls } from './access-calls'
import { AccessStore } from './access-store'

const denyAll: AccessRule = {
  effect: 'deny',
  action: 'both',
  user: null,
  clientId: null,
  filter: '#',
  comment: ''
}

async function setup(folder = temporaryFolder()) {
  const store = new AccessStore(folder)
  await store.load()
  const setAccess = vi.fn(() => Promise.resolve())
  const leaving = vi.fn<(access: StoredAccess) => Promise<string[]>>(() => Promise.resolve([]))
  const peer = { call: (_name: string, access: StoredAccess) => leaving(access) }
  return {
    folder,
    store,
    setAccess,
    leaving,
    path: join(folder, 'broker-access.json'),
    calls: accessCalls(store, { setAccess, peer: () => peer as never })
  }
}

it('keeps settings and users over a restart, in a file only the user can read, without the passwords', async () => {
  const { folder, path, calls, setAccess } = await setup()
  expect(await calls['access.get']()).toEqual({ ...openAccess, users: [], revision: 0, damaged: false })
  await calls['access.set']({ anonymous: false, fallback: 'deny', rules: [denyAll] })
  await calls['access.setUser']({ name: 'ada', password: 'top secret' })
  await calls['access.setUser']({ name: 'bob', password: 'has\ta control character' })
  expect(setAccess).toHaveBeenCalledTimes(3)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const text = readFileSync(path, 'utf8')
  expect(text).not.toContain('top secret')
  const again = (await setup(folder)).store
  expect(parsePassword(again.get().users[0]!.password)).not.toBeNull()
  expect(again.get().secret).toBe((JSON.parse(text) as { secret: string }).secret)
  expect(await (await setup(folder)).calls['access.get']()).toEqual({
    anonymous: false,
    fallback: 'deny',
    rules: [denyAll],
    users: [
      { name: 'ada', scram: true },
      { name: 'bob', scram: false }
    ],
    revision: 0,
    damaged: false
  })
})

it.each(['no json', '{"anonymous": true}'])(
  'lets nobody in if the file is damaged, and keeps it aside: %s',
  async (content) => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'broker-access.json'), content)
    const { calls, store } = await setup(folder)
    expect(await calls['access.get']()).toMatchObject({ anonymous: false, fallback: 'deny', damaged: true })
    const [aside] = readdirSync(folder)
    expect(aside).toContain('.corrupt-')
    await calls['access.set'](openAccess)
    expect(store.get()).toMatchObject(openAccess)
    expect(await calls['access.get']()).toMatchObject({ damaged: false })
  }
)

it('changes a password, removes a user, and says that there is none', async () => {
  const { calls, store } = await setup()
  await calls['access.setUser']({ name: 'ada', password: 'one' })
  const [before] = store.get().users
  await calls['access.setUser']({ name: 'ada', password: 'two' })
  expect(store.get().users).toHaveLength(1)
  expect(store.get().users[0]!.password).not.toBe(before!.password)
  expect((await calls['access.removeUser']({ name: 'ada' })).users).toEqual([])
  await expect(calls['access.removeUser']({ name: 'ada' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('adds the rule that allows what was refused, where it counts', async () => {
  const { calls } = await setup()
  const allowHome: AccessRule = { ...denyAll, effect: 'allow', filter: 'home' }
  await calls['access.set']({ anonymous: true, fallback: 'deny', rules: [allowHome, denyAll] })
  const ada = { user: 'ada', clientId: 'c' }
  const nobody = { user: null, clientId: 'c' }
  for (const question of [
    { ...ada, action: 'publish', topic: 'home' },
    { ...ada, action: 'publish', topic: 'a/b' },
    { ...nobody, action: 'subscribe', topic: '$share/g/a/#' }
  ] as const) {
    await calls['access.allow'](question)
    expect(await calls['access.check'](question)).toMatchObject({ allowed: true })
  }
  const { rules } = await calls['access.get']()
  expect(rules).toEqual([
    allowHome,
    { effect: 'allow', action: 'publish', user: 'ada', clientId: null, filter: 'a/b', comment: '' },
    { effect: 'allow', action: 'subscribe', user: '', clientId: 'c', filter: 'a/#', comment: '' },
    denyAll
  ])
  expect(await calls['access.check']({ ...ada, action: 'subscribe', topic: 'a/b' })).toEqual({
    allowed: false,
    rule: 3,
    except: []
  })
  await expect(calls['access.allow']({ ...ada, action: 'publish', topic: 'a/%c' })).rejects.toMatchObject({
    code: 'INVALID_INPUT'
  })
})

it('imports users beside those there are, and rules in their place; null leaves a part alone', async () => {
  const { calls } = await setup()
  await calls['access.setUser']({ name: 'ada', password: 'x' })
  await calls['access.set']({ anonymous: true, fallback: 'allow', rules: [denyAll] })
  const { passwordFile } = await calls['access.export']()
  const bob = passwordFile.replace('ada', 'bob')
  expect(await calls['access.import']({ passwordFile: `${bob}\nx\n`, aclFile: null })).toMatchObject({
    access: {
      fallback: 'allow',
      rules: [denyAll],
      users: [
        { name: 'ada', scram: true },
        { name: 'bob', scram: false }
      ]
    },
    unread: [{ file: 'password_file', line: 3 }]
  })
  expect(await calls['access.import']({ passwordFile: null, aclFile: 'topic read x\nwhat\n' })).toMatchObject(
    {
      access: {
        fallback: 'deny',
        rules: [{ user: '', filter: 'x' }],
        users: [{ name: 'ada' }, { name: 'bob' }]
      },
      unread: [{ file: 'acl_file', line: 2, text: 'what', fault: 'MALFORMED' }]
    }
  )
})

it('takes back the last changes, one after the other, with the passwords of removed users', async () => {
  const { calls, store, setAccess } = await setup()
  await calls['access.setUser']({ name: 'ada', password: 'one' })
  const [ada] = store.get().users
  const { revision: noAda } = await calls['access.removeUser']({ name: 'ada' })
  const { revision: closed } = await calls['access.set']({ anonymous: false, fallback: 'deny', rules: [] })
  await expect(calls['access.undo']({ revision: noAda })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await calls['access.undo']({ revision: closed })).toMatchObject({ anonymous: true, revision: noAda })
  await calls['access.undo']({ revision: noAda })
  expect(store.get().users).toEqual([ada])
  expect(setAccess).toHaveBeenCalledTimes(5)
  for (let more = 0; more < 12; more++)
    await calls['access.set']({ ...openAccess, anonymous: more % 2 === 0 })
  for (let taken = 0; taken < 10; taken++) await calls['access.undo']({ revision: store.revision })
  await expect(calls['access.undo']({ revision: store.revision })).rejects.toMatchObject({
    code: 'NOT_FOUND'
  })
})

it('names those whom a change would disconnect, and nobody while the broker is stopped', async () => {
  const { calls, leaving, store } = await setup()
  await calls['access.setUser']({ name: 'ada', password: 'one' })
  leaving.mockResolvedValue(Array.from({ length: 30 }, (_, number) => `client-${number}`))
  const settings = { ...openAccess, anonymous: false }
  const { count, clientIds } = await calls['access.disconnects']({ kind: 'settings', settings })
  expect([count, clientIds.length]).toEqual([30, 20])
  expect(leaving.mock.lastCall![0]).toMatchObject({ anonymous: false, users: [{ name: 'ada' }] })
  await calls['access.disconnects']({ kind: 'addUser', name: 'bob' })
  expect(leaving.mock.lastCall![0].users.map(({ name }) => name)).toEqual(['ada', 'bob'])
  await calls['access.disconnects']({ kind: 'removeUser', name: 'ada' })
  expect(leaving.mock.lastCall![0].users).toEqual([])
  const files = { passwordFile: null, aclFile: 'user ada\ntopic a\n' }
  await calls['access.disconnects']({ kind: 'import', files })
  expect(leaving.mock.lastCall![0].rules).toHaveLength(1)
  expect(store.get().rules).toEqual([])
  await calls['access.disconnects']({ kind: 'undo' })
  expect(leaving.mock.lastCall![0].users).toEqual([])
  const stopped = accessCalls(store, {
    setAccess: () => Promise.resolve(),
    peer: () => {
      throw new AppError('BROKER_NOT_RUNNING', {})
    }
  })
  expect(await stopped['access.disconnects']({ kind: 'addUser', name: 'bob' })).toEqual({
    count: 0,
    clientIds: []
  })
})
