import type { BrokerListener } from './contract/broker'

/** Whether two listeners need the same port, at whichever address. UDP (MQTT-SN) and TCP have ports of their own. */
export function needSamePort(
  one: Pick<BrokerListener, 'kind' | 'port'>,
  other: Pick<BrokerListener, 'kind' | 'port'>
): boolean {
  return one.port === other.port && (one.kind === 'sn') === (other.kind === 'sn')
}
