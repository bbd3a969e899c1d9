import type { ConnectionFault, ProxyProblem } from '../../shared/contract/connections'
import { m } from '../paraglide/messages'

interface Names {
  proxy: string
  /** Of the broker. */
  address: string
}

const sentences: Record<
  ProxyProblem,
  [title: (names: Names) => string, advice: (details: { message: string }) => string]
> = {
  unreachable: [m.proxy_fault_unreachable, m.proxy_fault_unreachable_advice],
  silent: [m.proxy_fault_silent, () => m.proxy_fault_silent_advice()],
  login: [m.proxy_fault_login, m.proxy_fault_login_advice],
  forbidden: [m.proxy_fault_forbidden, m.proxy_fault_forbidden_advice],
  broker: [m.proxy_fault_broker, m.proxy_fault_broker_advice],
  refused: [m.proxy_fault_refused, m.proxy_fault_refused_advice],
  closed: [m.proxy_fault_closed, m.proxy_fault_closed_advice],
  notProxy: [m.proxy_fault_not_proxy, m.proxy_fault_not_proxy_advice]
}

/** Why a proxy did not connect to the broker at an address, and what to do about it. */
export function proxySentences(
  { problem, proxy, message }: Extract<ConnectionFault, { kind: 'proxy' }>,
  address: string
): { title: string; advice: string } {
  const [title, advice] = sentences[problem]
  return { title: title({ proxy, address }), advice: advice({ message }) }
}
