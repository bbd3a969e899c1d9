import type { BrokerListener } from '../../../shared/contract/broker'
import { isTls } from './listeners'
import { certifiedHost } from './snippets'

const LOOPBACK = '127.0.0.1'

/** Whether an address or name is of the computer itself only. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d+){3}|::1|\[::1\])$/.test(host) || host.endsWith('.localhost')
}

/** The host of the page's own address, if others may use it as well: in browser mode, the broker runs where the page is from. */
export function pageHost({ protocol, hostname }: Pick<Location, 'protocol' | 'hostname'>): string[] {
  return protocol.startsWith('http') && !isLoopback(hostname) ? [hostname.replace(/^\[|\]$/g, '')] : []
}

/** Where clients reach a listener, the addresses for others first. */
export function hostsOf({ host }: BrokerListener, network: readonly string[]): string[] {
  return host === LOOPBACK ? [LOOPBACK] : [...new Set([...network, LOOPBACK])]
}

/** The host as a client writes it: over TLS, one that the certificate is valid for, and that it reaches. */
export function hostFor(listener: BrokerListener, host: string, certified: readonly string[]): string {
  if (!isTls(listener)) return host
  return certifiedHost(
    host,
    certified.filter((name) => isLoopback(name) === isLoopback(host))
  )
}
