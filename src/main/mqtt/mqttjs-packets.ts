import type { IClientSubscribeOptions, IConnackPacket, IPublishPacket, Packet } from 'mqtt'
import type { Connack, ConnectionFault, Unsuback } from '../../shared/contract/connections'
import type { MqttVersion, Profile, Subscription } from '../../shared/contract/profiles'
import type { MessageProperties, Qos } from '../../shared/message'
import { recordedUserProperties } from '../../shared/user-properties'
import { userPropertiesIn } from '../packets/user-property-order'
import type { Arrival } from '../recorder/message'

/** Converts a PUBLISH from MQTT.js for the recorder. */
export function arrivalOf(topic: string, payload: Buffer, packet: IPublishPacket): Arrival {
  const { qos, retain, dup, properties } = packet
  return {
    topic,
    payload,
    qos,
    retain,
    dup,
    properties: properties ? propertiesOf(packet, properties) : null
  }
}

function propertiesOf(
  packet: IPublishPacket,
  { correlationData, userProperties, ...rest }: NonNullable<IPublishPacket['properties']>
): MessageProperties | null {
  const kept: MessageProperties = { ...rest }
  const pairs = userPropertiesIn(packet)
  if (userProperties)
    Object.assign(kept, pairs.length > 0 ? recordedUserProperties(pairs) : { userProperties })
  if (correlationData) kept.correlationData = correlationData.toString('base64')
  return Object.keys(kept).length > 0 ? kept : null
}

/** MQTT.js's options of a subscription (MQTT 5.0, 3.8.3.1). `own` replaces what it asks for. */
export function subscribeOptions(
  { qos, noLocal = false, retainAsPublished = true, retainHandling = 0, identifier }: Subscription,
  version: MqttVersion,
  own: Pick<IClientSubscribeOptions, 'nl' | 'rap' | 'rh'> = {}
): IClientSubscribeOptions {
  if (version !== 5) return { qos }
  return {
    qos,
    nl: noLocal,
    rap: retainAsPublished,
    rh: retainHandling,
    ...(identifier !== undefined && { properties: { subscriptionIdentifier: identifier } }),
    ...own
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
    topicAliasMaximum: properties?.topicAliasMaximum ?? 0,
    receiveMaximum: properties?.receiveMaximum ?? 65_535,
    subscriptionIdentifiers: properties?.subscriptionIdentifiersAvailable ?? true,
    responseInformation: properties?.responseInformation ?? null,
    reasonString: properties?.reasonString ?? null
  }
}

/** The refusal in a CONNACK; null: it accepts. MQTT.js's own error omits the reason string. */
export function refusalOf(packet: IConnackPacket, wanted: MqttVersion): ConnectionFault | null {
  const code = (wanted === 5 ? packet.reasonCode : packet.returnCode) ?? 0
  if (code === 0) return null
  // MQTT 5 refuses with reason codes from 0x80. A lower one is a return code from a broker that does not support MQTT 5.
  const version = wanted === 5 && code < 0x80 ? 4 : wanted
  return { kind: 'connack', version, code, reasonString: packet.properties?.reasonString ?? null }
}

export function unsubackOf(packet: Packet | undefined): Unsuback {
  const unsuback = packet?.cmd === 'unsuback' ? packet : null
  // Contrary to its types, MQTT.js omits `granted` before MQTT 5.
  const { granted } = { ...unsuback } as { granted?: number[] }
  return { code: granted?.[0] ?? null, reasonString: unsuback?.properties?.reasonString ?? null }
}
