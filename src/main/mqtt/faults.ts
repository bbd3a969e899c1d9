import {
  neverConnected,
  type ConnectionFault,
  type ConnectionStatus
} from '../../shared/contract/connections'
import type { Profile } from '../../shared/contract/profiles'
import { isAppError } from '../../shared/errors'
import { ProxyError } from './proxy-tunnel'
import { ScramError } from './scram'

/** Node's error codes (OpenSSL's names) for a certificate or key that does not verify or cannot be read. Retrying does not help. */
const certificateFaults = /CERT|SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|ERR_OSSL/

/** Whether a network fault is about a certificate or key. */
export function isCertificateFault(code: string): boolean {
  return certificateFaults.test(code)
}

/** Whether a network fault will not go away by itself: a bad certificate, or a login that a proxy refuses (HTTP 401, 403). */
export function isPermanent(code: string): boolean {
  return isCertificateFault(code) || code === 'HTTP_401' || code === 'HTTP_403'
}

/** Returns why a connection failed, from an error of MQTT.js, or one that came before it was asked. */
export function faultOf(error: Error, profile: Profile, online: boolean): ConnectionFault {
  if (error instanceof ProxyError) {
    const { problem, proxy, message } = error
    return { kind: 'proxy', problem, proxy, message }
  }
  if (isAppError(error, 'PROFILE_VARIABLES')) return { kind: 'variables', fault: error.details.faults[0]! }
  if (error instanceof ScramError) return { kind: 'scram', problem: error.problem, message: error.message }
  const { code } = error as { code?: unknown }
  if (typeof code === 'number') {
    return online
      ? { kind: 'protocol', message: error.message }
      : { kind: 'connack', version: profile.version, code, reasonString: null }
  }
  if (/connack timeout/i.test(error.message))
    return { kind: 'timeout', milliseconds: profile.connectTimeout * 1_000 }
  // A broker for MQTT 3.1.1 refuses MQTT 5 with a CONNACK of two bytes, which MQTT.js reports as truncated (5.0, 4.13).
  if (!online && profile.version === 5 && /connack/i.test(error.message)) {
    return { kind: 'connack', version: 4, code: 1, reasonString: null }
  }
  // Node gives the errors of PFX files no code.
  if (/mac verify failure|PKCS ?12/i.test(error.message))
    return { kind: 'network', code: 'ERR_OSSL_PKCS12', message: error.message }
  const status = /Unexpected server response: (\d+)/.exec(error.message)?.[1]
  if (status) return { kind: 'network', code: `HTTP_${status}`, message: error.message }
  // The local broker's socket does not exist while the broker is stopped.
  if (code === 'ENOENT') return { kind: 'network', code: 'ECONNREFUSED', message: error.message }
  if (typeof code === 'string') return { kind: 'network', code, message: error.message }
  return { kind: 'protocol', message: error.message }
}

/** The status of a connection that was not even tried. */
export function untriedStatus(profile: Profile, error: Error): ConnectionStatus {
  const { id, name, version, host, port } = profile
  const failed = { state: 'failed', fault: faultOf(error, profile, false) } as const
  return { ...neverConnected(id, 0), name, address: `${host}:${port}`, version, ...failed }
}
