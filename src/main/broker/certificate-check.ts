import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { AppError } from '../../shared/errors'

/**
 * Checks a server certificate, which may have its chain behind it, and its private key, both PEM. Throws CERTIFICATE_MALFORMED,
 * KEY_MALFORMED, KEY_ENCRYPTED, or KEY_MISMATCH if the key belongs to another certificate.
 */
export function checkCertificate(cert: string, key: string): void {
  const certificate = parsed(cert)
  if (!certificate.checkPrivateKey(parsedKey(key))) throw new AppError('KEY_MISMATCH', {})
}

function parsed(cert: string): X509Certificate {
  try {
    return new X509Certificate(cert)
  } catch {
    throw new AppError('CERTIFICATE_MALFORMED', {})
  }
}

function parsedKey(key: string): KeyObject {
  try {
    return createPrivateKey(key)
  } catch {
    // In the first line of PKCS #8, in the second of older formats (RFC 7468, 11; RFC 1421, 4.6.1.1).
    throw new AppError(key.includes('ENCRYPTED') ? 'KEY_ENCRYPTED' : 'KEY_MALFORMED', {})
  }
}
