import type { MqttClient, Packet } from 'mqtt'
import type { ScramMethod } from '../../shared/contract/profiles'
import type { StreamMaker } from './packet-tap'
import { ScramClient, ScramError } from './scram'

type AuthPacket = Extract<Packet, { cmd: 'auth' }>

/** Continue authentication (MQTT 5.0, 3.15.2.1) */
const CONTINUE = 0x18

/**
 * Has a client sign in by SCRAM as enhanced authentication (MQTT 5.0, 4.12). A broker that accepts the connection without proving that it
 * knows the password is left.
 */
export function signInByScram(
  client: MqttClient,
  method: ScramMethod,
  username: string,
  password: string
): void {
  let exchange: ScramClient | null = null
  const maker = client as unknown as StreamMaker
  const build = maker.streamBuilder
  // MQTT.js makes the stream just before it writes CONNECT.
  maker.streamBuilder = (of) => {
    exchange = new ScramClient(method, username, password)
    client.options.properties = {
      ...client.options.properties,
      authenticationMethod: method,
      authenticationData: exchange.first
    }
    return build(of)
  }
  client.handleAuth = ({ properties }, done) => {
    const { stream } = client
    const current = (): boolean => client.stream === stream && !stream.destroyed
    answerTo(exchange!, method, properties?.authenticationData).then(
      (packet) => {
        if (current()) done(undefined, packet)
      },
      (error: Error) => {
        if (current()) done(error)
      }
    )
  }
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'connack' || packet.reasonCode !== 0) return
    try {
      exchange?.verify(packet.properties?.authenticationData)
    } catch (error) {
      // MQTT.js passes over packets of a type that it does not know.
      Object.assign(packet, { cmd: 'refused' })
      client.stream.destroy(error as Error)
    }
  })
}

/** The AUTH that continues an exchange after the broker's one, with its data. Throws ScramError. */
export async function answerTo(
  exchange: ScramClient,
  method: ScramMethod,
  data: Buffer | undefined
): Promise<AuthPacket> {
  if (!data) throw new ScramError('malformed', 'An AUTH has no authentication data.')
  return {
    cmd: 'auth',
    reasonCode: CONTINUE,
    properties: { authenticationMethod: method, authenticationData: await exchange.final(data) }
  }
}
