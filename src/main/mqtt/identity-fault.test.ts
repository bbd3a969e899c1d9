import { execFileSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import type { AddressInfo } from 'node:net'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { defaultProfile, type ProfileDraft } from '../../shared/contract/profiles'
import { makeCertificate } from '../broker/certificate'
import { identityFault } from './identity-fault'
import { openClient } from './open-client'
import type { Secrets } from './options'

let cert: string
let key: string
let encrypted: string
let otherKey: string
let pfx: string

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'treetop-'))
  const files = await makeCertificate(join(folder, 'mine'))
  const others = await makeCertificate(join(folder, 'another'))
  const read = (path: string): string => readFileSync(path, 'utf8')
  ;[cert, key, otherKey] = [read(files.cert), read(files.key), read(others.key)]
  encrypted = createPrivateKey(key)
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open sesame' })
    .toString()
  const path = join(folder, 'client.p12')
  const more = ['-in', files.cert, '-inkey', files.key, '-out', path, '-passout', 'pass:open sesame']
  execFileSync('openssl', ['pkcs12', '-export', ...more])
  pfx = readFileSync(path).toString('base64')
  return () => rmSync(folder, { recursive: true, force: true })
})

function tls(changes: Partial<ProfileDraft['tls']>): Pick<ProfileDraft, 'tls'> {
  return { tls: { ...defaultProfile('').tls, ...changes } }
}

it('finds what is wrong with PEM texts and their passphrase, and where', () => {
  const fault = (of: string, secrets: Secrets): string | null => {
    const found = identityFault(tls({ cert: of }), secrets)
    return found && `${found.field} ${found.fault}`
  }
  expect(fault(cert, { key })).toBeNull()
  expect(fault(cert, { key: encrypted, passphrase: 'open sesame' })).toBeNull()
  expect(fault(cert, { key: encrypted, passphrase: 'wrong' })).toBe('passphrase PASSPHRASE_WRONG')
  expect(fault(cert, { key: encrypted })).toBe('passphrase PASSPHRASE_NEEDED')
  expect(fault(cert, { key: otherKey })).toBe('key KEY_OF_ANOTHER')
  const broken = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
  expect(fault(cert, { key: broken })).toBe('key KEY_UNREADABLE')
  expect(fault(broken.replaceAll('PRIVATE KEY', 'CERTIFICATE'), { key })).toBe('tls.cert CERT_UNREADABLE')
  expect(fault('', {})).toBeNull()
})

it('finds what is wrong with a PFX file and its passphrase', () => {
  const fault = (secrets: Secrets): string | null => {
    const found = identityFault(tls({ identity: 'pfx' }), secrets)
    return found && `${found.field} ${found.fault}`
  }
  expect(fault({ pfx, passphrase: 'open sesame' })).toBeNull()
  expect(fault({ pfx, passphrase: 'wrong' })).toBe('passphrase PASSPHRASE_WRONG')
  expect(fault({ pfx })).toBe('passphrase PASSPHRASE_NEEDED')
  expect(fault({ pfx: Buffer.from('no file').toString('base64') })).toBe('pfx PFX_UNREADABLE')
  expect(fault({})).toBeNull()
})

it.each([
  ['a key', () => ({ ...tls({ cert, verify: false }), secrets: { key } })],
  [
    'an encrypted key',
    () => ({ ...tls({ cert, verify: false }), secrets: { key: encrypted, passphrase: 'open sesame' } })
  ],
  [
    'a PFX file',
    () => ({ ...tls({ identity: 'pfx', verify: false }), secrets: { pfx, passphrase: 'open sesame' } })
  ]
])('presents the client certificate of %s, without a CA', async (_, of) => {
  const seen = Promise.withResolvers<string>()
  const server = createServer({ cert, key, requestCert: true, rejectUnauthorized: false }, (socket) => {
    seen.resolve(socket.getPeerX509Certificate()?.toString() ?? '')
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const { secrets, ...more } = of()
  const profile = { ...defaultProfile('mine'), ...more, id: 'p', secrets: {}, host: '127.0.0.1', port }
  const client = openClient({ ...profile, protocol: 'mqtts' }, secrets)
  client.on('error', (error) => seen.reject(error))
  onTestFinished(() => void client.end(true))
  client.connect()
  expect(await seen.promise).toBe(cert.match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----\n/)?.[0])
})
