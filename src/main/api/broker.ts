import type { Handlers } from '../../shared/rpc/contract'
import type { LocalBroker } from './local-broker'

export function brokerHandlers({
  broker
}: {
  broker: LocalBroker
}): Pick<Handlers, Extract<keyof Handlers, `broker.${string}` | `demo.${string}`>> {
  return {
    'broker.status': () => broker.status(),
    'broker.start': ({ port }) => broker.start(port),
    'broker.stop': () => broker.stop(),
    'broker.clients': () => broker.clients(),
    'broker.kick': ({ clientId }) => broker.kick(clientId),
    'demo.start': () => broker.startDemo(),
    'demo.stop': () => broker.stopDemo()
  }
}
