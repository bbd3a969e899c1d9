import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { AppError } from '../../shared/errors'

/** Checks a server certificate, which may have its chain behind it, and its private key, both PEM. Throws CERTIFICATE_INVALID. */
export function checkCertificate(cert: string, key: string, now = Date.now()): void {
  const certificate = parsed(cert)
  if (!certificate.checkPrivateKey(parsedKey(key))) throw invalid('NOT_A_PAIR')
  if (Date.parse(certificate.validTo) < now) throw invalid('EXPIRED')
}

function parsed(cert: string): X509Certificate {
  try {
    return new X509Certificate(cert)
  } catch {
    throw invalid('CERT_UNREADABLE')
  }
}

function parsedKey(key: string): KeyObject {
  try {
    return createPrivateKey(key)
  } catch {
    // In the first line of PKCS #8, in the second of older formats (RFC 7468, 11; RFC 1421, 4.6.1.1).
    throw invalid(key.includes('ENCRYPTED') ? 'KEY_ENCRYPTED' : 'KEY_UNREADABLE')
  }
}

function invalid(fault: AppError<'CERTIFICATE_INVALID'>['details']['fault']): AppError {
  return new AppError('CERTIFICATE_INVALID', { fault })
}
