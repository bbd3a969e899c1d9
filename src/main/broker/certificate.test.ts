import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { connect, type TLSSocket } from 'node:tls'
import { expect, it, onTestFinished } from 'vitest'
import type { AppError } from '../../shared/errors'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { makeCertificate, ownNames, type CertificateFiles } from './certificate'
import { checkCertificate } from './certificate-check'
import { Broker } from './core/broker'
import { listen } from './listeners/listen'

const DAY = 86_400_000
const NOON = Date.UTC(2027, 0, 1, 12)

const read = (path: string): string => readFileSync(path, 'utf8')
const certificate = (path: string): X509Certificate => new X509Certificate(read(path))

/** A TLS listener with the certificate; returns its port. */
async function serve({ cert, key }: CertificateFiles): Promise<number> {
  const broker = new Broker()
  const listener = await listen(broker, {
    kind: 'tls',
    host: '127.0.0.1',
    port: 0,
    cert: read(cert),
    key: read(key)
  })
  onTestFinished(async () => {
    broker.close()
    await listener.close()
  })
  return listener.port
}

/** Connects as a client that trusts only `ca`; returns the handshake's error, or null. */
async function handshake(port: number, ca: string, name: { servername?: string }): Promise<string | null> {
  const socket: TLSSocket = connect({ port, host: '127.0.0.1', ca, ...name })
  onTestFinished(() => void socket.destroy())
  return once(socket, 'secureConnect').then(
    () => (socket.authorized ? null : socket.authorizationError.message),
    (error: NodeJS.ErrnoException) => error.code ?? error.message
  )
}

it('makes a certificate that a client accepts by name and by address when it trusts the CA', async () => {
  const files = await makeCertificate(temporaryFolder())
  const port = await serve(files)
  const ca = read(files.ca)
  expect(await handshake(port, ca, { servername: 'localhost' })).toBeNull()
  expect(await handshake(port, ca, {})).toBeNull()
  expect(await handshake(port, ca, { servername: hostname() })).toBeNull()
  expect(await handshake(port, ca, { servername: 'example.com' })).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  const other = await makeCertificate(temporaryFolder())
  expect(await handshake(port, read(other.ca), { servername: 'localhost' })).toMatch(/VERIFY|CERT/)
})

it('names this computer with all its addresses', () => {
  const names = ownNames()
  expect(names).toEqual(expect.arrayContaining(['localhost', '127.0.0.1', '::1']))
  for (const { address } of Object.values(networkInterfaces()).flatMap((each = []) => each))
    expect(names).toContain(address)
  expect(new Set(names).size).toBe(names.length)
})

it('writes a CA that can only sign servers, and a server certificate that is no CA', async () => {
  const files = await makeCertificate(temporaryFolder(), { now: NOON })
  const [ca, server] = [certificate(files.ca), certificate(files.cert)]
  expect(ca.ca).toBe(true)
  expect(server.ca).toBe(false)
  expect(ca.subject).toBe(`CN=Treetop CA of ${hostname()}`)
  expect(ca.verify(ca.publicKey)).toBe(true)
  expect(server.checkIssued(ca)).toBe(true)
  expect(server.verify(ca.publicKey)).toBe(true)
  // serverAuth, without which browsers and Apple's systems refuse it.
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
  expect(ca.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
  expect(server.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' })
  const days = ({ validFrom, validTo }: X509Certificate): number =>
    (Date.parse(validTo) - Date.parse(validFrom)) / DAY
  expect(days(ca)).toBe(3_650)
  expect(days(server)).toBe(397)
  // A device whose clock is a little slow accepts it at once.
  expect(Date.parse(server.validFrom)).toBeLessThan(NOON)
  const serials = [ca, server].map(({ serialNumber }) => serialNumber)
  expect(new Set(serials).size).toBe(2)
  for (const serial of serials) expect(serial).toMatch(/^[4-7][0-9A-F]{31}$/)
})

it.runIf(process.platform !== 'win32')('keeps the files for this user only', async () => {
  const folder = temporaryFolder()
  await makeCertificate(folder)
  for (const name of ['ca.pem', 'ca-key.pem', 'server.pem', 'server-key.pem'])
    expect((statSync(join(folder, name)).mode & 0o777).toString(8)).toBe('600')
})

it('keeps a certificate as long as its names are the same and it does not expire soon', async () => {
  const folder = join(temporaryFolder(), 'a', 'b')
  const names = ['localhost', '127.0.0.1', '::1', 'fe80::1:2']
  const files = await makeCertificate(folder, { names, now: NOON })
  const [ca, server] = [read(files.ca), read(files.cert)]
  const again = async (change: { names?: string[]; now?: number }): Promise<boolean> => {
    expect(await makeCertificate(folder, { names, now: NOON, ...change })).toEqual(files)
    expect(read(files.ca)).toBe(ca)
    checkCertificate(read(files.cert), read(files.key))
    return read(files.cert) === server
  }
  expect(await again({})).toBe(true)
  expect(await again({ now: NOON + 366 * DAY })).toBe(true)
  expect(await again({ now: NOON + 368 * DAY })).toBe(false)
  writeFileSync(files.cert, server)
  expect(await again({ names: [...names, '10.0.0.7'] })).toBe(false)
  expect(await again({ names: names.slice(1) })).toBe(false)
  expect(certificate(files.cert).subjectAltName).toBe(
    'IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FE80:0:0:0:0:0:1:2'
  )
})

it('is trusted by clients that have the CA after it was renewed', async () => {
  const folder = temporaryFolder()
  const before = await makeCertificate(folder, { names: ['localhost'] })
  const ca = read(before.ca)
  const after = await makeCertificate(folder)
  expect(await handshake(await serve(after), ca, { servername: 'localhost' })).toBeNull()
})

it('makes a new CA when the old one would expire before the certificate', async () => {
  const folder = temporaryFolder()
  const files = await makeCertificate(folder, { now: NOON })
  const before = read(files.ca)
  await makeCertificate(folder, { now: NOON + 3_252 * DAY })
  expect(read(files.ca)).toBe(before)
  await makeCertificate(folder, { now: NOON + 3_254 * DAY })
  expect(read(files.ca)).not.toBe(before)
  expect(certificate(files.cert).verify(certificate(files.ca).publicKey)).toBe(true)
})

it.each([
  ['ca.pem', 'garbage'],
  ['ca-key.pem', null],
  ['server.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ['server-key.pem', null]
] as const)('makes a pair that fits again when %s is damaged or missing', async (name, content) => {
  const folder = temporaryFolder()
  const files = await makeCertificate(folder)
  if (content === null) rmSync(join(folder, name))
  else writeFileSync(join(folder, name), content)
  await makeCertificate(folder)
  checkCertificate(read(files.ca), read(join(folder, 'ca-key.pem')))
  checkCertificate(read(files.cert), read(files.key))
  expect(certificate(files.cert).verify(certificate(files.ca).publicKey)).toBe(true)
})

it('says when its folder cannot be written, or a file in it cannot be read', async () => {
  const file = join(temporaryFolder(), 'file')
  writeFileSync(file, '')
  const path = join(file, 'folder')
  await expect(makeCertificate(path)).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', details: { path } })
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'server.pem', 'in the way'), { recursive: true })
  await expect(makeCertificate(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
})

it('says what is wrong with a pair of a person', async () => {
  const files = await makeCertificate(temporaryFolder())
  const [cert, key] = [read(files.cert), read(files.key)]
  const fault = (...pair: [string, string]): unknown => {
    try {
      checkCertificate(...pair)
      return null
    } catch (error) {
      return (error as AppError<'CERTIFICATE_INVALID'>).details.fault
    }
  }
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
  const encrypted = (type: 'pkcs1' | 'pkcs8'): string =>
    rsa.export({ type, format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }) as string
  expect(fault(cert, key)).toBeNull()
  expect(fault(`${cert}${read(files.ca)}`, key)).toBeNull()
  expect(fault('', key)).toBe('CERT_UNREADABLE')
  expect(fault(key, key)).toBe('CERT_UNREADABLE')
  expect(fault(cert, '')).toBe('KEY_UNREADABLE')
  expect(fault(cert, cert)).toBe('KEY_UNREADABLE')
  expect(fault(cert, encrypted('pkcs8'))).toBe('KEY_ENCRYPTED')
  expect(fault(cert, encrypted('pkcs1'))).toBe('KEY_ENCRYPTED')
  expect(fault(cert, rsa.export({ type: 'pkcs1', format: 'pem' }) as string)).toBe('NOT_A_PAIR')
  expect(fault(read(files.ca), key)).toBe('NOT_A_PAIR')
})
