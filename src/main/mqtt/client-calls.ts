import type { CallsOf } from '../../shared/contract'
import { outgoingProperties } from './outgoing-properties'
import type { ReconnectingClient } from './reconnecting-client'

/** The calls that publish and subscribe. They throw NOT_CONNECTED. */
export function clientCalls(
  client: ReconnectingClient
): CallsOf<'connection', 'connections'> & Pick<CallsOf<'connection'>, 'messages.publish'> {
  return {
    'connections.subscribe': ({ subscription }) => client.subscribe(subscription),
    'connections.unsubscribe': ({ filter }) => client.unsubscribe(filter),
    'connections.setLook': ({ filter, look }) => client.setLook(filter, look),
    'messages.publish': async ({ topic, payload, qos, retain, properties }) =>
      client.connected.publish(
        topic,
        bufferOf(payload),
        qos,
        retain,
        properties ? outgoingProperties(properties) : null
      )
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
