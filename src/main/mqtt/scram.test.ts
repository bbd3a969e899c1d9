import { expect, it, onTestFinished, vi } from 'vitest'
import type { Connack, ConnectionFault } from '../../shared/contract/connections'
import { defaultProfile, ScramMethod, type Profile } from '../../shared/contract/profiles'
import { setup } from '../broker/listeners/listen.fixture'
import { scram, scramCredentials } from '../broker/scram'
import { PacketLog } from '../packets/log'
import { nobody } from '../recorder/nobody'
import { Client } from './client'
import { ScramBroker, type ScramFlaw } from './scram-broker.fixture'
import { ScramClient } from './scram'

/** Connects as `ann`; resolves with the CONNACK, or why there is none. */
async function signIn(changes: Partial<Profile>, password: string): Promise<Connack | ConnectionFault> {
  const ended = Promise.withResolvers<Connack | ConnectionFault>()
  const profile: Profile = {
    ...defaultProfile('mine'),
    ...{ id: 'p', name: 'Plant', host: '127.0.0.1', username: 'ann', secrets: {} },
    authentication: 'SCRAM-SHA-256',
    ...changes
  }
  const client = new Client(profile, { password }, nobody, new PacketLog(), {
    online: (connack) => ended.resolve(connack),
    lost: (fault) => ended.resolve(fault)
  })
  onTestFinished(() => client.end())
  client.connect()
  return ended.promise
}

async function broker(flaw: ScramFlaw | null = null): Promise<ScramBroker> {
  const started = new ScramBroker('open sesame', flaw)
  await started.start()
  onTestFinished(() => started.stop())
  return started
}

it.each([
  [
    'SCRAM-SHA-1',
    'fyko+d2lbbFgONRv9qkxdawL',
    'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096',
    'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    'v=rmF9pqV8S7suAoZWja4dJRkFsKQ='
  ],
  [
    'SCRAM-SHA-256',
    'rOprNGfwEbeRWgbNEkqO',
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='
  ]
] as const)(
  '%s follows the example of its RFC (5802, 5; 7677, 3)',
  async (method, nonce, first, last, proof) => {
    const client = new ScramClient(method, 'user', 'pencil', nonce)
    expect(client.first.toString()).toBe(`n,,n=user,r=${nonce}`)
    expect((await client.final(Buffer.from(first))).toString()).toBe(last)
    expect(() => client.verify(Buffer.from(proof))).not.toThrow()
    expect(() => client.verify(Buffer.from('v=AAAA'))).toThrow('did not prove')
  }
)

it('prepares names and passwords, and escapes what SCRAM itself uses', () => {
  const name = (text: string): string => new ScramClient('SCRAM-SHA-1', text, 'p', 'n').first.toString()
  expect(name('a,b=c')).toBe('n,,n=a=2Cb=3Dc,r=n')
  expect(name('\u2168\u00ad\u00a0x')).toBe('n,,n=IX x,r=n')
  expect(() => name('')).toThrow('SASLprep')
  expect(() => name('a\u0007')).toThrow('SASLprep')
})

it.each(ScramMethod.options)('signs in by %s, without sending the password', async (method) => {
  const at = await broker()
  expect(await signIn({ port: at.port, authentication: method }, 'open sesame')).toMatchObject({
    sessionPresent: false
  })
  expect(at.received[0]).toMatchObject({ cmd: 'connect', properties: { authenticationMethod: method } })
  expect(at.received[0]).not.toHaveProperty('username', expect.anything())
  expect(JSON.stringify(at.received)).not.toContain('open sesame')
})

it('a wrong password is refused by the broker', async () => {
  const at = await broker()
  expect(await signIn({ port: at.port }, 'wrong')).toMatchObject({ kind: 'connack', code: 0x86 })
})

it.each([
  ['signature', 'signature'],
  ['noSignature', 'signature'],
  ['atOnce', 'signature'],
  ['nonce', 'malformed'],
  ['nonsense', 'malformed'],
  ['fewIterations', 'iterations'],
  ['manyIterations', 'iterations']
] as const)('leaves a broker that cannot prove that it knows the password (%s)', async (flaw, problem) => {
  const at = await broker(flaw)
  expect(await signIn({ port: at.port }, 'open sesame')).toMatchObject({ kind: 'scram', problem })
  if (problem !== 'signature') expect(at.received.map(({ cmd }) => cmd)).toEqual(['connect'])
})

it('says when there is no password, and sends nothing before MQTT 5', async () => {
  const at = await broker()
  expect(await signIn({ port: at.port }, '')).toMatchObject({ kind: 'scram', problem: 'saslprep' })
  void signIn({ port: at.port, version: 4 }, 'open sesame')
  await vi.waitFor(() => expect(at.received).toHaveLength(2))
  expect(JSON.stringify(at.received)).not.toContain('open sesame')
})

it('signs in to Treetop’s own broker', async () => {
  const keys = scramCredentials('open sesame')
  const method = scram((name) => (name === 'ann' ? keys : null))
  const { listener } = await setup('tcp', { authenticators: new Map([['SCRAM-SHA-256', method]]) })
  expect(await signIn({ port: listener.port }, 'open sesame')).toHaveProperty('sessionPresent')
  expect(await signIn({ port: listener.port }, 'wrong')).toMatchObject({ kind: 'connack' })
})
