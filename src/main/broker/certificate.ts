import { createPrivateKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { hostname, networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { domainToASCII } from 'node:url'
import { AppError } from '../../shared/errors'
import { replaceFile } from '../profiles/replace-file'

const DAY = 86_400_000
const CA_DAYS = 3_650
/** Apple's systems accept at most 398 days. */
const SERVER_DAYS = 397
/** A certificate that is valid for fewer days is renewed. */
const RENEW_DAYS = 30

/** Paths of PEM files: the CA that clients must trust, the server's certificate and its key. */
export interface CertificateFiles {
  ca: string
  cert: string
  key: string
}

interface Pair {
  certificate: X509Certificate
  key: KeyObject
}

/**
 * Makes a server certificate for this computer's names and addresses, and a certificate authority (CA) that signs it. A folder's CA is
 * used again, so that clients that trust it also trust a renewed certificate; the certificate is renewed when the names have changed or
 * it expires soon. `now` is in ms since 1970 UTC. Throws FILE_UNWRITABLE or FILE_UNREADABLE.
 */
export async function makeCertificate(
  folder: string,
  { names = ownNames(), now = Date.now() }: { names?: string[]; now?: number } = {}
): Promise<CertificateFiles> {
  const at = (name: string): string => join(folder, name)
  const caFiles = { cert: at('ca.pem'), key: at('ca-key.pem') }
  const files = { ca: caFiles.cert, cert: at('server.pem'), key: at('server-key.pem') }
  // The CA must outlive the certificates that it signs.
  const knownCa = await readPair(caFiles, now + SERVER_DAYS * DAY)
  const ca = knownCa ?? (await newCa(folder, caFiles, now))
  const known = await readPair(files, now + RENEW_DAYS * DAY)
  if (known && isFor(names, known.certificate) && known.certificate.verify(ca.certificate.publicKey))
    return files
  // Loaded only when needed: the packages that write certificates take 15 MB of memory.
  const { writeServerCertificate } = await import('./certificate-writer')
  const { publicKey, privateKey } = newKeys()
  const cert = writeServerCertificate(names, publicKey, ca, { now, days: SERVER_DAYS })
  await replaceFile(files.key, pem(privateKey))
  await replaceFile(files.cert, cert)
  return files
}

/** The names and addresses under which clients can reach this computer. */
export function ownNames(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((each = []) => each)
  const external = addresses.filter(({ internal }) => !internal).map(({ address }) => address)
  // Empty if it is no valid name.
  const own = domainToASCII(hostname())
  return [...new Set(['localhost', ...(own ? [own] : []), '127.0.0.1', '::1', ...external])]
}

async function newCa(folder: string, files: { cert: string; key: string }, now: number): Promise<Pair> {
  const { writeCaCertificate } = await import('./certificate-writer')
  const { publicKey, privateKey } = newKeys()
  const cert = writeCaCertificate(hostname(), publicKey, privateKey, { now, days: CA_DAYS })
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new AppError('FILE_UNWRITABLE', { path: folder, reason: (error as Error).message })
  })
  await replaceFile(files.key, pem(privateKey))
  await replaceFile(files.cert, cert)
  return { certificate: new X509Certificate(cert), key: privateKey }
}

/** A certificate and its key; null if there is none, they are damaged, or the certificate is not valid until `until`. */
async function readPair(files: { cert: string; key: string }, until: number): Promise<Pair | null> {
  const [cert, key] = [await read(files.cert), await read(files.key)]
  if (cert === null || key === null) return null
  try {
    const pair = { certificate: new X509Certificate(cert), key: createPrivateKey(key) }
    const isUsable =
      Date.parse(pair.certificate.validTo) > until && pair.certificate.checkPrivateKey(pair.key)
    return isUsable ? pair : null
  } catch {
    return null
  }
}

/** null: there is no such file. */
async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw new AppError('FILE_UNREADABLE', { path, reason: (error as Error).message })
  }
}

/** Whether a certificate is for these names, and for no others. */
function isFor(names: string[], certificate: X509Certificate): boolean {
  const count = certificate.subjectAltName?.split(', ').length
  return (
    count === names.length &&
    names.every(
      (name) => (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined
    )
  )
}

function newKeys(): { publicKey: KeyObject; privateKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }) as string
}
