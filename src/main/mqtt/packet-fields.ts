import type { IClientPublishOptions, IConnackPacket, IPublishPacket } from 'mqtt'
import type { Connack } from '../../shared/contract/connections'
import type { Profile } from '../../shared/contract/profiles'
import type { MessageProperties, Qos } from '../../shared/message'
import type { Arrival } from '../recorder/message'

/** What MQTT.js received, as the recorder takes it. */
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

/** What a message that came is published with again: what stands for its way here is left out. */
export function publishProperties(came: MessageProperties): NonNullable<IClientPublishOptions['properties']> {
  const { correlationData, topicAlias: _alias, subscriptionIdentifier: _identifier, ...rest } = came
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  return {
    ...kept,
    ...(correlationData !== undefined && { correlationData: Buffer.from(correlationData, 'base64') })
  }
}

/** What a CONNACK says, with what it leaves out. */
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
