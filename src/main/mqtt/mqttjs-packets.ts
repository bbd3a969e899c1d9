import type { IClientPublishOptions, IConnackPacket, IPublishPacket } from 'mqtt'
import type { Connack } from '../../shared/contract/connections'
import type { Profile } from '../../shared/contract/profiles'
import type { MessageProperties, Qos } from '../../shared/message'
import type { Arrival } from '../recorder/message'

/** Converts a PUBLISH from MQTT.js for the recorder. */
export function arrivalOf(topic: string, payload: Buffer, packet: IPublishPacket): Arrival {
  const { qos, retain, dup, properties } = packet
  return { topic, payload, qos, retain, dup, properties: properties ? propertiesOf(properties) : null }
}

function propertiesOf(properties: NonNullable<IPublishPacket['properties']>): MessageProperties | null {
  const { correlationData, ...rest } = properties
  const kept: MessageProperties = { ...rest }
  if (correlationData) kept.correlationData = correlationData.toString('base64')
  return Object.keys(kept).length > 0 ? kept : null
}

/** Returns the properties to republish a received message with. Properties that applied only to its delivery here are left out. */
export function publishProperties(came: MessageProperties): NonNullable<IClientPublishOptions['properties']> {
  const { correlationData, topicAlias: _alias, subscriptionIdentifier: _identifier, ...rest } = came
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    ...kept,
    ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData, 'base64') })
  }
}

/** Returns the fields of a CONNACK, with defaults for those it omits. */
export function connackOf(packet: IConnackPacket, profile: Profile, clientId: string): Connack {
  const properties = packet.properties
  return {
    sessionPresent: packet.sessionPresent,
    clientId: properties?.assignedClientIdentifier ?? clientId,
    keepAlive: properties?.serverKeepAlive ?? profile.keepAlive,
    maximumPacketSize: properties?.maximumPacketSize ?? null,
    maximumQos: (properties?.maximumQoS ?? 2) as Qos,
    retainAvailable: properties?.retainAvailable ?? true,
    reasonString: properties?.reasonString ?? null
  }
}
