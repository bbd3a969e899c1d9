/** What is looked at of a packet. MQTT.js's types do not say what it hands over when the bytes are not what they should be. */
interface Suspect {
  cmd: string
  topic?: unknown
  qos?: number
  messageId?: unknown
  properties?: Record<string, unknown>
}

/**
 * Says what is malformed in a packet from a broker; null: nothing. MQTT.js reads properties that occur twice as arrays, and fields that
 * the packet's end cuts off as null or -1, and then stumbles over them.
 */
export function malformation({ cmd, topic, qos, messageId, properties }: Suspect): string | null {
  const name = cmd.toUpperCase()
  if (cmd === 'publish' && typeof topic !== 'string') return `the topic of a ${name} is cut off`
  if (cmd === 'publish' && qos !== 0 && !isPositive(messageId))
    return `a ${name} has no packet identifier (MQTT 5.0, 2.2.1)`
  for (const property in properties) {
    const value = properties[property]
    // A message may match several subscriptions (3.3.2.3.8).
    const mayRepeat = cmd === 'publish' && property === 'subscriptionIdentifier'
    if (Array.isArray(value) && !mayRepeat)
      return `the property ${property} of a ${name} occurs twice (MQTT 5.0, 2.2.2.2)`
    const isCut =
      property === 'userProperties' && Object.values(value as object).some((each: unknown) => each === null)
    if (isCut || value === null || value === -1) return `the property ${property} of a ${name} is cut off`
  }
  return null
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0
}
