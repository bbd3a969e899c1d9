import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { IdentityFault } from '../../shared/contract/connection-tests'
import type { ProfileDraft } from '../../shared/contract/profiles'
import type { PlainSecrets } from '../../shared/contract/transport'
import { identityOf } from './tls-options'

/** What is wrong with a profile's client certificate, its key or their passphrase; null: nothing, or there is none. */
export function identityFault(
  profile: Pick<ProfileDraft, 'tls'>,
  secrets: PlainSecrets
): IdentityFault | null {
  const { tls } = profile
  return tls.identity === 'pfx' ? pfxFault(profile, secrets) : pemFault(tls.cert, secrets)
}

function pfxFault(profile: Pick<ProfileDraft, 'tls'>, secrets: PlainSecrets): IdentityFault | null {
  try {
    createSecureContext(identityOf(profile, secrets))
    return null
  } catch (error) {
    const { message } = error as Error
    if (/mac verify|bad decrypt/i.test(message))
      return { field: 'passphrase', fault: secrets.passphrase ? 'PASSPHRASE_WRONG' : 'PASSPHRASE_NEEDED' }
    return { field: 'pfx', fault: /unsupported/i.test(message) ? 'PFX_OLD' : 'PFX_UNREADABLE' }
  }
}

function pemFault(cert: string, { key, passphrase }: PlainSecrets): IdentityFault | null {
  let certificate: X509Certificate | null = null
  try {
    if (cert !== '') certificate = new X509Certificate(cert)
  } catch {
    return { field: 'tls.cert', fault: 'CERT_UNREADABLE' }
  }
  if (!key) return null
  let privateKey: KeyObject
  try {
    privateKey = createPrivateKey({ key, ...(passphrase && { passphrase }) })
  } catch {
    if (!key.includes('ENCRYPTED')) return { field: 'key', fault: 'KEY_UNREADABLE' }
    return { field: 'passphrase', fault: passphrase ? 'PASSPHRASE_WRONG' : 'PASSPHRASE_NEEDED' }
  }
  return certificate && !certificate.checkPrivateKey(privateKey)
    ? { field: 'key', fault: 'KEY_OF_ANOTHER' }
    : null
}
