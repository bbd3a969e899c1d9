import { X509Certificate } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { BrokerCertificate } from '../../shared/contract/broker'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import { makeCertificate } from '../broker/certificate'
import { checkCertificate } from '../broker/certificate-check'
import { replaceFile } from '../profiles/replace-file'

/** The certificate of the local broker's TLS listeners: the person's own if there is one, otherwise one made for this computer. */
export class BrokerCertificates {
  private readonly own: { cert: string; key: string }
  private readonly made: { ca: string; cert: string }
  /** Two at once would sign with different authorities in the same files. */
  private readonly turns = new InTurn()

  constructor(private readonly folder: string) {
    const at = (name: string): string => join(folder, name)
    this.own = { cert: at('own.pem'), key: at('own-key.pem') }
    this.made = { ca: at('ca.pem'), cert: at('server.pem') }
  }

  /** null: there is none yet. Throws FILE_UNREADABLE. */
  async current(): Promise<BrokerCertificate | null> {
    const own = await read(this.own.cert)
    if (own !== null) return described(own, { made: false, trustFile: this.own.cert, trustPem: own })
    const [ca, cert] = [await read(this.made.ca), await read(this.made.cert)]
    if (ca === null || cert === null) return null
    return described(cert, { made: true, trustFile: this.made.ca, trustPem: ca })
  }

  /** Makes one for this computer's names and addresses, and uses it. Throws FILE_UNWRITABLE or FILE_UNREADABLE. */
  async make(): Promise<BrokerCertificate> {
    await this.makeFiles()
    await this.forgetOwn()
    return (await this.current())!
  }

  /**
   * Uses the person's own certificate and key, both PEM; null: no longer. Throws CERTIFICATE_INVALID or FILE_UNWRITABLE, and
   * then nothing has changed.
   */
  async use(own: { cert: string; key: string } | null): Promise<BrokerCertificate | null> {
    if (own === null) await this.forgetOwn()
    else {
      checkCertificate(own.cert, own.key)
      await replaceFile(this.own.key, own.key)
      await replaceFile(this.own.cert, own.cert)
    }
    return this.current()
  }

  /** The certificate and key for the listeners, as PEM. Makes or renews one if necessary. */
  async forListeners(): Promise<{ cert: string; key: string }> {
    const own = { cert: await read(this.own.cert), key: await read(this.own.key) }
    if (own.cert !== null && own.key !== null) return { cert: own.cert, key: own.key }
    const { cert, key } = await this.makeFiles()
    return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') }
  }

  private makeFiles(): ReturnType<typeof makeCertificate> {
    return this.turns.run(() => makeCertificate(this.folder))
  }

  private async forgetOwn(): Promise<void> {
    for (const path of [this.own.cert, this.own.key]) await rm(path, { force: true })
  }
}

/** null: there is no such file. */
async function read(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new AppError('FILE_UNREADABLE', { path, reason: (error as Error).message })
  }
}

function described(
  cert: string,
  about: Pick<BrokerCertificate, 'made' | 'trustFile' | 'trustPem'>
): BrokerCertificate {
  const { subjectAltName = '', validTo } = new X509Certificate(cert)
  const names = subjectAltName.split(', ').map((name) => name.slice(name.indexOf(':') + 1))
  return { ...about, names: names.filter((name) => name !== ''), validUntil: Date.parse(validTo) }
}
