import type { UserProperty } from './composed-properties'
import type { MessageProperties } from './message'

/** User properties as they are recorded: by name and, where that loses it, with their order. */
type Recorded = Pick<MessageProperties, 'userProperties' | 'userPropertyOrder'>

/** How user properties are recorded. Objects group the values of a name, and sort names that are numbers. */
export function recordedUserProperties(pairs: readonly UserProperty[]): Recorded {
  if (pairs.length === 0) return {}
  const values = new Map<string, string | string[]>()
  for (const { name, value } of pairs) {
    const before = values.get(name)
    if (Array.isArray(before)) before.push(value)
    else values.set(name, before === undefined ? value : [before, value])
  }
  const userProperties = Object.fromEntries(values)
  const found = flattened(userProperties)
  return pairs.every(({ name }, index) => name === found[index]?.name)
    ? { userProperties }
    : { userProperties, userPropertyOrder: pairs.map(({ name }) => name) }
}

/** A message's user properties, in the order in which they were sent [MQTT-3.3.2-18] if that is known. */
export function userPropertiesOf(properties: Recorded | null): UserProperty[] {
  const { userProperties = {}, userPropertyOrder } = properties ?? {}
  // Recordings may come from anybody.
  if (!Array.isArray(userPropertyOrder)) return flattened(userProperties)
  const left = new Map(
    Object.entries(userProperties).map(([name, values]) => [name, [values].flat().values()])
  )
  const found: UserProperty[] = []
  for (const name of userPropertyOrder) {
    const next = left.get(name)?.next()
    if (next?.done === false) found.push({ name, value: next.value })
  }
  for (const [name, values] of left) for (const value of values) found.push({ name, value })
  return found
}

function flattened(userProperties: NonNullable<Recorded['userProperties']>): UserProperty[] {
  return Object.entries(userProperties).flatMap(([name, values]) =>
    [values].flat().map((value) => ({ name, value }))
  )
}
