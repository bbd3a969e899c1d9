import { createServer, type AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Connack, ConnectionFault } from '../../shared/contract/connections'
import { defaultProfile, type Profile, type Protocol } from '../../shared/contract/profiles'
import { setup, type NetworkKind } from '../broker/listeners/listen.fixture'
import { PacketLog } from '../packets/log'
import type { Arrival } from '../recorder/message'
import { nobody } from '../recorder/nobody'
import { Client } from './client'
import { proxyOf } from './proxied-socket'
import type { Secrets } from './options'
import { TestProxy, type ProxyOptions } from './proxy.fixture'

const protocols: Record<NetworkKind, Protocol> = { tcp: 'mqtt', tls: 'mqtts', ws: 'ws', wss: 'wss' }

function profile(changes: Partial<Profile>): Profile {
  return { ...defaultProfile('mine'), id: 'p', name: 'Plant', host: '127.0.0.1', secrets: {}, ...changes }
}

async function proxy(options: ProxyOptions): Promise<TestProxy> {
  const started = new TestProxy(options)
  await started.start()
  onTestFinished(() => started.stop())
  return started
}

/** The profile's own proxy. */
function through(
  { port }: { port: number },
  kind: ProxyOptions['kind'],
  username = ''
): Pick<Profile, 'proxy'> {
  return { proxy: { use: 'own', server: { kind, host: '127.0.0.1', port, username } } }
}

/** A client, and what became of its attempt. */
function attempt(of: Profile, secrets: Secrets = {}) {
  const ended = Promise.withResolvers<Connack | ConnectionFault>()
  const lost: ConnectionFault[] = []
  const arrivals: Arrival[] = []
  const recipient = {
    ...nobody,
    atMostOnce: (arrival: Arrival) => void arrivals.push(arrival)
  }
  const client = new Client(of, secrets, recipient, new PacketLog(), {
    online: (connack) => ended.resolve(connack),
    lost: (fault) => {
      lost.push(fault)
      ended.resolve(fault)
    }
  })
  onTestFinished(() => client.end())
  client.connect()
  return { client, ended: ended.promise, lost, arrivals }
}

describe.each(['http', 'socks5'] as const)('through a proxy (%s)', (kind) => {
  it.each(['tcp', 'tls', 'ws', 'wss'] as const)(
    'messages of any size pass in both directions over %s, with a login',
    async (network) => {
      const { listener, ca } = await setup(network)
      const at = await proxy({ kind, login: 'ann:open sesame' })
      const { client, ended, arrivals } = attempt(
        profile({
          ...{ protocol: protocols[network], host: 'localhost', port: listener.port },
          ...through(at, kind, 'ann'),
          tls: { ...defaultProfile('').tls, ca }
        }),
        { proxyPassword: 'open sesame' }
      )
      expect(await ended).toMatchObject({ sessionPresent: false })
      expect(at.targets).toEqual([`localhost:${listener.port}`])
      await client.subscribe({ filter: '#', qos: 0 })
      const large = Buffer.alloc(3_000_000, 'large ')
      for (const payload of [Buffer.from('small'), large, Buffer.from('last')])
        await client.publish('plant', payload, 0, false)
      await vi.waitFor(() => expect(arrivals).toHaveLength(3), { timeout: 10_000 })
      expect(arrivals.map(({ payload }) => payload.length)).toEqual([5, large.length, 4])
      expect(arrivals[1]!.payload.equals(large)).toBe(true)
      expect(at.carried).toBeGreaterThan(2 * large.length)
      await client.end()
      await vi.waitFor(() => expect(at.open).toBe(0))
    }
  )

  it('a wrong login and a missing one are refused, and not tried again', async () => {
    const { listener } = await setup('tcp')
    const at = await proxy({ kind, login: 'ann:right' })
    const name = `127.0.0.1:${at.port}`
    const to = { port: listener.port, ...through(at, kind, 'ann') }
    const wrong = attempt(profile(to), { proxyPassword: 'wrong' })
    expect(await wrong.ended).toMatchObject({ kind: 'proxy', problem: 'login', proxy: name })
    expect(JSON.stringify(await wrong.ended)).not.toContain('wrong')
    const without = attempt(profile({ ...to, ...through(at, kind) }))
    expect(await without.ended).toMatchObject({ kind: 'proxy', problem: 'login' })
    expect(wrong.lost).toHaveLength(1)
  })

  it.each(['mqtt', 'ws'] as const)(
    'an attempt ends in time while the proxy is silent (%s)',
    async (protocol) => {
      const at = await proxy({ kind, answer: 'silent' })
      const { ended } = attempt(profile({ protocol, connectTimeout: 0.3, ...through(at, kind) }))
      expect(await ended).toMatchObject({ kind: 'proxy', problem: 'silent' })
      await vi.waitFor(() => expect(at.open).toBe(0))
    }
  )

  it.each(['mqtt', 'wss'] as const)(
    'an attempt that is cancelled leaves nothing open (%s)',
    async (protocol) => {
      const at = await proxy({ kind, answer: 'silent' })
      const { client, lost } = attempt(profile({ protocol, connectTimeout: 60, ...through(at, kind) }))
      await vi.waitFor(() => expect(at.open).toBe(1))
      await client.end()
      await vi.waitFor(() => expect(at.open).toBe(0))
      expect(lost).toEqual([])
    }
  )

  it('says what is wrong with the proxy', async () => {
    const problemOf = async (options: Omit<ProxyOptions, 'kind'>): Promise<unknown> => {
      const at = await proxy({ kind, ...options })
      const fault = await attempt(profile({ port: 1, ...through(at, kind) })).ended
      return (fault as { problem?: string }).problem
    }
    const [forbidden, unreachable, other] = kind === 'http' ? [403, 502, 500] : [2, 4, 7]
    expect(await problemOf({ answer: forbidden })).toBe('forbidden')
    expect(await problemOf({ answer: unreachable })).toBe('broker')
    expect(await problemOf({ answer: other })).toBe('refused')
    expect(await problemOf({ answer: 'garbage' })).toBe('notProxy')
    expect(await problemOf({ answer: 'close' })).toBe('closed')
    const gone = createServer()
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve))
    const { port } = gone.address() as AddressInfo
    await new Promise((resolve) => gone.close(resolve))
    expect(await attempt(profile(through({ port }, kind))).ended).toMatchObject({
      ...{ kind: 'proxy', problem: 'unreachable', proxy: `127.0.0.1:${port}`, message: 'ECONNREFUSED' }
    })
  })

  it('a broker that ends the connection is not mistaken for the proxy', async () => {
    const { listener, broker } = await setup('tcp')
    const at = await proxy({ kind })
    const { ended, lost } = attempt(profile({ port: listener.port, ...through(at, kind) }))
    expect(await ended).toHaveProperty('sessionPresent')
    broker.close()
    await vi.waitFor(() => expect(lost).toHaveLength(1))
    expect(lost[0]!.kind).not.toBe('proxy')
  })
})

it('a certificate that cannot be verified through a proxy is the fault of the certificate', async () => {
  const { listener } = await setup('tls')
  const at = await proxy({ kind: 'http' })
  const { ended } = attempt(
    profile({ protocol: 'mqtts', host: 'localhost', port: listener.port, ...through(at, 'http') })
  )
  expect(await ended).toMatchObject({ kind: 'network', code: expect.stringMatching(/CERT|VERIFY|SIGNATURE/) })
})

it('the proxy of the settings is for profiles that ask for it, and not for this computer', () => {
  const server = { kind: 'http' as const, host: 'own.example', port: 8080, username: '' }
  const globalProxy = { ...server, host: 'global.example', password: null }
  const host = (changes: Partial<Profile>, secrets: Secrets = { globalProxy }): string | undefined =>
    proxyOf(profile({ host: 'broker.example', ...changes }), secrets)?.host
  expect(host({})).toBe('global.example')
  expect(host({}, {})).toBeUndefined()
  expect(host({ proxy: { use: 'none', server } })).toBeUndefined()
  expect(host({ proxy: { use: 'own', server } })).toBe('own.example')
  for (const own of ['localhost', 'LOCALHOST', '127.0.0.1', '127.9.9.9', '::1', 'a.localhost'])
    expect(host({ host: own })).toBeUndefined()
  expect(host({ host: '127.0.0.1.example' })).toBe('global.example')
  expect(host({ host: '127.0.0.1', proxy: { use: 'own', server } })).toBe('own.example')
  expect(host({ proxy: { use: 'own', server } }, { globalProxy, pipe: '/run/pipe' })).toBeUndefined()
})
