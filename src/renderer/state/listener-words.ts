import { BrokerListener, type ListenerKind } from '../../shared/contract/broker'
import { m } from '../paraglide/messages'
import { needSamePort } from '../../shared/same-port'
import { faultSentence } from './field-faults'

const kinds: Record<ListenerKind, () => string> = {
  tcp: m.broker_kind_tcp,
  tls: m.broker_kind_tls,
  ws: m.broker_kind_ws,
  wss: m.broker_kind_wss,
  sn: m.broker_kind_sn
}

export function kindName(kind: ListenerKind): string {
  return kinds[kind]()
}

/** The kinds of listeners, for a choice. */
export function kindOptions(): { value: ListenerKind; label: string }[] {
  return BrokerListener.shape.kind.options.map((value) => ({ value, label: kindName(value) }))
}

/** The addresses that a listener can have, for a choice. */
export function hostOptions(): { value: BrokerListener['host']; label: string }[] {
  return [
    { value: '127.0.0.1', label: m.broker_loopback() },
    { value: '0.0.0.0', label: m.broker_everywhere() }
  ]
}

/** What is wrong with a listener's port beside the other listeners, as a sentence; null: nothing. */
export function portFault(
  listener: Pick<BrokerListener, 'kind' | 'port'>,
  others: readonly BrokerListener[]
): string | null {
  const { port } = listener
  if (!BrokerListener.shape.port.safeParse(port).success) return faultSentence('PORT_RANGE')
  const other = others.find((each) => needSamePort(each, listener))
  // Also with another address: all interfaces include loopback.
  return other ? m.broker_port_clash({ port, kind: kindName(other.kind) }) : null
}
