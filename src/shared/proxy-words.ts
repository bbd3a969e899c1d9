import type { ConnectionFault, ProxyProblem } from './contract/connections'

const words: Record<ProxyProblem, (proxy: string, message: string) => string> = {
  unreachable: (proxy, message) => `the proxy ${proxy} cannot be reached (${message})`,
  silent: (proxy) => `the proxy ${proxy} did not answer in time`,
  login: (proxy, message) => `the proxy ${proxy} refuses the login, or demands one (${message})`,
  forbidden: (proxy, message) => `the proxy ${proxy} forbids connections to this broker (${message})`,
  broker: (proxy, message) => `the proxy ${proxy} cannot reach the broker (${message})`,
  refused: (proxy, message) => `the proxy ${proxy} refuses the connection (${message})`,
  closed: (proxy, message) => `the proxy ${proxy} closed the connection without an answer (${message})`,
  notProxy: (proxy) => `what answers at ${proxy} is not a proxy of this kind`
}

/** What is wrong with a proxy, in English and without a full stop, for the command line and reports. */
export function proxyWords({ problem, proxy, message }: Extract<ConnectionFault, { kind: 'proxy' }>): string {
  return words[problem](proxy, message)
}
