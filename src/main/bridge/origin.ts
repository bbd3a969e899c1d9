import { hash } from 'node:crypto'
import type { Profile } from '../../shared/contract/profiles'
import type { MessageProperties } from '../../shared/message'
import { recordedUserProperties, userPropertiesOf } from '../../shared/user-properties'

/** The User Property in which a message carries the brokers that it has passed, so that it does not pass one twice. */
const PASSED = 'treetop-via'

/** The brokers that a message has passed. */
export function passed(properties: MessageProperties | null): string[] {
  return [properties?.userProperties?.[PASSED] ?? []].flat()
}

/** The properties of a message that has also passed `brokers`. */
export function passing(properties: MessageProperties | null, brokers: readonly string[]): MessageProperties {
  const all = [...new Set([...passed(properties), ...brokers])]
  const { userProperties: _grouped, userPropertyOrder: _order, ...rest } = properties ?? {}
  const others = userPropertiesOf(properties).filter(({ name }) => name !== PASSED)
  return {
    ...rest,
    ...recordedUserProperties([...others, ...all.map((value) => ({ name: PASSED, value }))])
  }
}

/** Identifies the broker at an address for all bridges of this Treetop. It does not reveal the address. */
export function addressId(brokerId: string, { host, port }: Pick<Profile, 'host' | 'port'>): string {
  return hash('sha256', `${brokerId} ${host.toLowerCase()}:${port}`, 'hex').slice(0, 8)
}
