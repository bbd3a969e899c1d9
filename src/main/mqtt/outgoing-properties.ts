import type { IClientPublishOptions } from 'mqtt'
import { bytesOf, filled, type ComposedProperties, type UserProperty } from '../../shared/composed-properties'
import type { MessageProperties } from '../../shared/message'
import { recordedUserProperties, userPropertiesOf } from '../../shared/user-properties'

type WireProperties = NonNullable<IClientPublishOptions['properties']>
type WireUserProperties = NonNullable<WireProperties['userProperties']>

/** The properties of a message to send. */
export interface OutgoingProperties {
  /** For MQTT.js. */
  wire: WireProperties
  /** For the history. */
  recorded: MessageProperties
}

/** Converts properties that were composed by hand; null: none is set. */
export function outgoingProperties(
  composed: ComposedProperties & { topicAlias?: number | null }
): OutgoingProperties | null {
  const { payloadFormat, contentType, messageExpiry, responseTopic, correlation, topicAlias } = composed
  const bytes = bytesOf(correlation)
  const common = {
    ...(payloadFormat !== 'none' && { payloadFormatIndicator: payloadFormat === 'text' }),
    ...(messageExpiry !== null && { messageExpiryInterval: messageExpiry }),
    ...(typeof topicAlias === 'number' && { topicAlias }),
    ...(responseTopic !== '' && { responseTopic }),
    ...(contentType !== '' && { contentType })
  }
  const correlationData = typeof bytes === 'string' ? Buffer.alloc(0) : Buffer.from(bytes)
  const userProperties = filled(composed.userProperties)
  const wire: WireProperties = {
    ...common,
    ...(correlationData.length > 0 && { correlationData }),
    ...(userProperties.length > 0 && { userProperties: inOrder(userProperties) })
  }
  if (Object.keys(wire).length === 0) return null
  const recorded: MessageProperties = {
    ...common,
    ...(correlationData.length > 0 && { correlationData: correlationData.toString('base64') }),
    ...recordedUserProperties(userProperties)
  }
  return { wire, recorded }
}

/** The properties to publish a received message with again, without those that applied only to its delivery here. */
export function republished(came: MessageProperties): OutgoingProperties {
  const { topicAlias: _alias, subscriptionIdentifier: _identifier, ...recorded } = came
  const { correlationData, userProperties: _grouped, userPropertyOrder: _order, ...rest } = recorded
  const userProperties = userPropertiesOf(recorded)
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    wire: {
      ...kept,
      ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData, 'base64') }),
      ...(userProperties.length > 0 && { userProperties: inOrder(userProperties) })
    },
    recorded
  }
}

/**
 * User properties in their order, for MQTT.js. An object would group those of one name, and sort names that are numbers. Contrary to its
 * types, the encoder writes a list of objects one after the other.
 */
export function inOrder(properties: readonly UserProperty[]): WireUserProperties {
  return properties.map(({ name, value }) => ({ [name]: value })) as unknown as WireUserProperties
}

/** The size of properties in a PUBLISH, in bytes, without the length before them. */
export function sizeOf(properties: MessageProperties): number {
  const { correlationData, contentType, responseTopic } = properties
  const text = (value: string | undefined): number => (value === undefined ? 0 : 3 + Buffer.byteLength(value))
  const pairs = userPropertiesOf(properties).map(
    ({ name, value }) => 5 + Buffer.byteLength(name) + Buffer.byteLength(value)
  )
  return (
    text(contentType) +
    text(responseTopic) +
    (correlationData === undefined ? 0 : 3 + Buffer.byteLength(correlationData, 'base64')) +
    (properties.payloadFormatIndicator === undefined ? 0 : 2) +
    (properties.messageExpiryInterval === undefined ? 0 : 5) +
    (properties.topicAlias === undefined ? 0 : 3) +
    pairs.reduce((sum, size) => sum + size, 0)
  )
}
