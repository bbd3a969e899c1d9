import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { noProperties } from '../../shared/composed-properties'
import {
  defaultConnect,
  defaultProfile,
  LOCAL_PROFILE_ID,
  type ProfileDraft
} from '../../shared/contract/profiles'
import { ProfileStore, profilesIn } from './profiles'
import { ProxyStore } from './proxy-store'
import { keyFileBox, type SecretBox } from './secrets'
import { blocked, failThenSucceed, temporaryFolder } from './temporary.fixture'

const draft: ProfileDraft = { ...defaultProfile('treetop_1'), name: 'Plant', host: 'plant.example' }
const nothing = {}

let folder: string
let path: string

beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'profiles.json')
})

async function opened(box: SecretBox | null = keyFileBox(folder)): Promise<ProfileStore> {
  const store = new ProfileStore(folder, box)
  await store.load()
  return store
}

describe('profiles', () => {
  it('start with the local broker, which cannot be removed', async () => {
    const store = await opened()
    expect(store.list()).toMatchObject([
      {
        id: LOCAL_PROFILE_ID,
        host: '127.0.0.1',
        port: 1883,
        version: 5,
        clean: true,
        subscriptions: [
          { filter: '#', qos: 2 },
          { filter: '$SYS/#', qos: 2 }
        ]
      }
    ])
    await expect(store.remove(LOCAL_PROFILE_ID)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(store.get(LOCAL_PROFILE_ID).name).toBe('Local broker')
  })

  it('are kept unchanged for the next run', async () => {
    const saved = await (await opened()).save({ draft, secrets: {} })
    expect((await opened()).get(saved.id)).toEqual({ ...draft, id: saved.id, secrets: nothing })
  })

  it('are replaced in place and removed', async () => {
    const store = await opened()
    const { id } = await store.save({ draft, secrets: {} })
    await store.save({ draft: { ...draft, name: 'Other' }, secrets: {} })
    await store.save({ id, draft: { ...draft, host: 'new.example' }, secrets: {} })
    expect((await opened()).list().map(({ host }) => host)).toEqual([
      '127.0.0.1',
      'new.example',
      'plant.example'
    ])
    await store.remove(id)
    expect((await opened()).list().map(({ name }) => name)).toEqual(['Local broker', 'Other'])
  })

  it('keep their colour; one that was stored before there were colours has none', async () => {
    const saved = await (await opened()).save({ draft: { ...draft, colour: 'red' }, secrets: {} })
    expect((await opened()).get(saved.id).colour).toBe('red')
    writeFileSync(path, readFileSync(path, 'utf8').replace(/"colour": ?"red",?/, ''))
    expect((await opened()).get(saved.id)).toMatchObject({ name: 'Plant', colour: 'none' })
  })

  it('load from a file that was stored before there were MQTT 5 properties', async () => {
    const will = { topic: 'gone', payload: 'x', qos: 1 as const, retain: false }
    const complete = { ...will, delay: 0, properties: noProperties() }
    const { id } = await (await opened()).save({ draft: { ...draft, will: complete }, secrets: {} })
    const file = JSON.parse(readFileSync(path, 'utf8')) as { profiles: Record<string, unknown>[] }
    const older = file.profiles.map(({ connect: _connect, ...profile }) => ({
      ...profile,
      will: profile['will'] && will
    }))
    writeFileSync(path, JSON.stringify({ ...file, profiles: older }))
    expect((await opened()).get(id)).toMatchObject({ will: complete, connect: defaultConnect() })
  })

  it('keep a subscription, in place of the one with the same filter', async () => {
    const store = await opened()
    const { id } = await store.save({ draft, secrets: {} })
    const sys = { filter: '$SYS/#', qos: 1, retainHandling: 2 } as const
    await store.keepSubscription(id, { filter: 'plant/#', qos: 2, noLocal: true, identifier: 7 })
    await store.keepSubscription(id, sys)
    expect((await opened()).get(id).subscriptions).toEqual([
      { filter: '#', qos: 0 },
      sys,
      { filter: 'plant/#', qos: 2, noLocal: true, identifier: 7 }
    ])
    await expect(store.keepSubscription('constructor', sys)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('keep the values of headers and parameters like passwords, as long as there are these', async () => {
    const store = await opened()
    const request: ProfileDraft['request'] = {
      headers: [
        { name: 'X-Plant', value: 'shown', secret: null },
        { name: 'Authorization', value: '', secret: 'a1' }
      ],
      query: [{ name: 'token', value: '', secret: 'b2' }]
    }
    const secrets = { 'field:a1': 'Bearer open', 'field:b2': 'sesame', 'field:c3': 'of nothing' }
    const saved = await store.save({ draft: { ...draft, request }, secrets })
    expect(saved).toMatchObject({ request, secrets: { 'field:a1': 'keyFile', 'field:b2': 'keyFile' } })
    expect(readFileSync(path, 'utf8')).not.toMatch(/Bearer open|sesame|field:c3/)
    const { id } = saved
    expect((await opened()).secretsOf(id)).toEqual({ 'field:a1': 'Bearer open', 'field:b2': 'sesame' })
    await store.save({ id, draft: { ...draft, request: { ...request, query: [] } }, secrets: {} })
    expect((await opened()).secretsOf(id)).toEqual({ 'field:a1': 'Bearer open' })
  })

  it('load from a file that was stored before there were proxies and headers', async () => {
    const { id } = await (await opened()).save({ draft, secrets: { password: 'p' } })
    const file = JSON.parse(readFileSync(path, 'utf8')) as { profiles: Record<string, object>[] }
    const older = file.profiles.map(
      ({ request: _request, proxy: _proxy, authentication: _, ...profile }) => ({
        ...profile,
        secrets: { key: null, ...profile['secrets'] }
      })
    )
    writeFileSync(path, JSON.stringify({ ...file, profiles: older }))
    expect((await opened()).get(id)).toEqual({ ...draft, id, secrets: { password: 'keyFile' } })
  })

  it('connect with the proxy of the settings while it is on, whose password is encrypted as well', async () => {
    const box = keyFileBox(folder)
    const proxy = new ProxyStore(folder, box)
    await proxy.load()
    const store = new ProfileStore(folder, box, () => proxy.access())
    await store.load()
    const server = { kind: 'http' as const, host: 'proxy.example', port: 8080, username: 'ann' }
    expect(store.secretsOf(LOCAL_PROFILE_ID)).toEqual({})
    expect(await proxy.set({ on: true, server }, 'open sesame')).toEqual({
      ...{ on: true, server, password: 'keyFile' }
    })
    const globalProxy = { ...server, password: 'open sesame' }
    expect(store.secretsOf(LOCAL_PROFILE_ID)).toEqual({ globalProxy })
    expect(readFileSync(join(folder, 'proxy.json'), 'utf8')).not.toContain('open sesame')
    const next = new ProxyStore(folder, box)
    await next.load()
    expect(next.access()).toEqual(globalProxy)
    await next.set({ on: false, server }, undefined)
    expect(next.access()).toBeNull()
    expect(next.shown().password).toBe('keyFile')
    const keyless = new ProxyStore(folder, null)
    await keyless.set({ on: true, server }, 'for this run')
    expect(keyless.access()?.password).toBe('for this run')
    expect(keyless.shown().password).toBe('thisRun')
    expect(readFileSync(join(folder, 'proxy.json'), 'utf8')).not.toContain('for this run')
  })

  it('throw NOT_FOUND for an unknown id', async () => {
    const store = await opened()
    const refusal = { code: 'NOT_FOUND', details: { what: 'profile', id: 'constructor' } }
    expect(() => store.get('constructor')).toThrow(expect.objectContaining(refusal))
    expect(() => store.secretsOf('constructor')).toThrow(expect.objectContaining(refusal))
    await expect(store.save({ id: 'constructor', draft, secrets: {} })).rejects.toMatchObject(refusal)
    await expect(store.remove('constructor')).rejects.toMatchObject(refusal)
    await expect(store.duplicate('constructor', 'x')).rejects.toMatchObject(refusal)
  })

  it('are duplicated with their secrets and a new client id, and without connecting at launch', async () => {
    const store = await opened()
    const original = await store.save({
      draft: { ...draft, connectAtLaunch: true },
      secrets: { password: 'p', key: 'k' }
    })
    const copy = await store.duplicate(original.id, 'Copy')
    expect(copy).toMatchObject({ name: 'Copy', host: 'plant.example', connectAtLaunch: false })
    expect(copy.id).not.toBe(original.id)
    expect(copy.clientId).not.toBe(original.clientId)
    expect((await opened()).secretsOf(copy.id)).toEqual({ password: 'p', key: 'k' })
  })

  it('notify listeners of every change', async () => {
    const store = await opened()
    const heard = vi.fn()
    const stop = store.onChange(heard)
    const { id } = await store.save({ draft, secrets: {} })
    expect(heard).toHaveBeenLastCalledWith(store.list())
    await store.remove(id)
    stop()
    await store.save({ draft, secrets: {} })
    expect(heard).toHaveBeenCalledTimes(2)
  })

  it('are all stored if saved concurrently', async () => {
    const store = await opened()
    const names = Array.from({ length: 20 }, (_, index) => `profile ${index}`)
    await Promise.all(names.map((name) => store.save({ draft: { ...draft, name }, secrets: {} })))
    expect(
      (await opened())
        .list()
        .slice(1)
        .map(({ name }) => name)
    ).toEqual(names)
  })

  it('are listed for the command line without the key', async () => {
    const { id } = await (await opened()).save({ draft, secrets: { password: 'p' } })
    expect(await profilesIn(folder)).toContainEqual({ id, name: 'Plant' })
  })
})

describe('secrets', () => {
  it('are encrypted on disk with the name of the scheme, and decrypted in the next run', async () => {
    const { id, secrets } = await (
      await opened()
    ).save({ draft, secrets: { password: 'open sesame', key: 'PEM' } })
    expect(secrets).toEqual({ password: 'keyFile', key: 'keyFile' })
    expect(readFileSync(path, 'utf8')).not.toMatch(/open sesame|PEM/)
    expect(readFileSync(path, 'utf8')).toContain('"scheme": "keyFile"')
    expect((await opened()).secretsOf(id)).toEqual({ password: 'open sesame', key: 'PEM' })
  })

  it('stay if absent from the input, change if given, and are removed by null', async () => {
    const store = await opened()
    const { id } = await store.save({ draft, secrets: { password: 'one', key: 'k' } })
    await store.save({ id, draft, secrets: {} })
    expect(store.secretsOf(id)).toEqual({ password: 'one', key: 'k' })
    await store.save({ id, draft, secrets: { password: 'two' } })
    expect(store.secretsOf(id)).toEqual({ password: 'two', key: 'k' })
    const saved = await store.save({ id, draft, secrets: { key: null } })
    expect(saved.secrets).toEqual({ password: 'keyFile' })
    expect((await opened()).secretsOf(id)).toEqual({ password: 'two' })
  })

  it('of another host are unavailable, but stay on disk', async () => {
    const { id } = await (await opened()).save({ draft, secrets: { password: 'p' } })
    const desktop: SecretBox = { ...keyFileBox(temporaryFolder()), scheme: 'safeStorage' }
    const store = await opened(desktop)
    expect(store.get(id).secrets).toEqual(nothing)
    expect(store.secretsOf(id)).toEqual(nothing)
    await store.save({ id, draft: { ...draft, name: 'Renamed' }, secrets: {} })
    expect((await opened()).secretsOf(id)).toEqual({ password: 'p' })
  })

  it('whose key is lost are unavailable, but stay on disk', async () => {
    const { id } = await (await opened()).save({ draft, secrets: { password: 'p' } })
    const key = readFileSync(join(folder, 'secret.key'))
    rmSync(join(folder, 'secret.key'))
    const store = await opened()
    expect(store.get(id).secrets).toEqual(nothing)
    expect(store.secretsOf(id)).toEqual(nothing)
    await store.save({ id, draft, secrets: {} })
    writeFileSync(join(folder, 'secret.key'), key)
    expect((await opened()).secretsOf(id)).toEqual({ password: 'p' })
  })

  it('stay in memory for this run if the host cannot encrypt', async () => {
    const store = await opened(null)
    const { id, secrets } = await store.save({ draft, secrets: { password: 'open sesame' } })
    expect(secrets).toEqual({ password: 'thisRun' })
    expect(store.secretsOf(id).password).toBe('open sesame')
    const copy = await store.duplicate(id, 'Copy')
    expect(store.secretsOf(copy.id).password).toBe('open sesame')
    expect(readFileSync(path, 'utf8')).not.toContain('open sesame')
    expect((await opened(null)).secretsOf(id)).toEqual(nothing)
    await store.save({ id, draft, secrets: { password: null } })
    expect(store.secretsOf(id)).toEqual(nothing)
  })
})

describe('the file', () => {
  it('is accessible to its owner only, without leftover temporary files', async () => {
    await (await opened(null)).save({ draft, secrets: {} })
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(folder)).toEqual(['profiles.json'])
  })

  it.each([
    ['no JSON', '{"format": 1, "prof'],
    ['another format', '{"format": 99, "profiles": []}'],
    ['something else', '[1, 2]'],
    ['null', 'null']
  ])('is moved aside, not overwritten, if it contains %s', async (_, content) => {
    writeFileSync(path, content)
    // The command line reads it beside another Treetop, and leaves it as it is.
    const beside = new ProfileStore(folder, null)
    await beside.peek()
    expect(beside.list()).toEqual([])
    expect(readdirSync(folder)).toEqual(['profiles.json'])
    const store = await opened(null)
    expect(store.list()).toHaveLength(1)
    await store.save({ draft, secrets: {} })
    const aside = readdirSync(folder).find((name) => name.startsWith('profiles.json.corrupt-'))!
    expect(readFileSync(join(folder, aside), 'utf8')).toBe(content)
    expect((await opened(null)).list()).toHaveLength(2)
  })

  it('causes FILE_UNWRITABLE if it cannot be written, and the profiles stay unchanged', async () => {
    const store = await opened(null)
    const { id } = await store.save({ draft, secrets: {} })
    const heard = vi.fn()
    store.onChange(heard)
    rmSync(path)
    mkdirSync(join(path, 'in the way'), { recursive: true })
    await expect(store.save({ id, draft: { ...draft, name: 'New' }, secrets: {} })).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      details: { path }
    })
    expect(store.get(id).name).toBe('Plant')
    expect(heard).not.toHaveBeenCalled()
    expect(existsSync(`${path}.${process.pid}.tmp`)).toBe(false)
  })

  it('contains no change that failed while another one waited', async () => {
    const store = await opened(null)
    const { id } = await store.save({ draft, secrets: {} })
    await failThenSucceed(
      path,
      () => store.save({ id, draft: { ...draft, name: 'Failed' }, secrets: {} }),
      () => store.save({ draft: { ...draft, name: 'Other' }, secrets: {} })
    )
    const names = ['Local broker', 'Plant', 'Other']
    expect(store.list().map(({ name }) => name)).toEqual(names)
    expect((await opened(null)).list().map(({ name }) => name)).toEqual(names)
  })

  it('leaves the profiles unchanged if two changes at once cannot be written', async () => {
    const store = await opened(null)
    const before = store.list()
    blocked(path)
    await Promise.allSettled([store.save({ draft, secrets: {} }), store.save({ draft, secrets: {} })])
    expect(store.list()).toEqual(before)
  })

  it.each(['new', null])(
    'leaves the secrets of this run unchanged if it cannot be written: %s',
    async (password) => {
      const store = await opened(null)
      const { id } = await store.save({ draft, secrets: { password: 'old' } })
      blocked(path)
      await expect(store.save({ id, draft, secrets: { password } })).rejects.toThrow('FILE_UNWRITABLE')
      expect(store.get(id).secrets.password).toBe('thisRun')
      expect(store.secretsOf(id).password).toBe('old')
    }
  )
})
