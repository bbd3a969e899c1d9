import { userPropertiesOf } from '../../../shared/user-properties'
import {
  codePayload,
  isSecure,
  isWebSocket,
  PASSWORD_VARIABLE,
  PAYLOAD_FILE,
  type CodeBroker,
  type CodeMessage,
  type CodePayload
} from './client-code'

const VERSIONS = { 3: 'MQTTv31', 4: 'MQTTv311', 5: 'MQTTv5' } as const

/** A Python program that publishes a message with paho-mqtt, 1.6 or 2. */
export function pahoPublish(broker: CodeBroker, message: CodeMessage): string {
  const payload = codePayload(message.payload)
  const properties = broker.version === 5 ? propertiesOf(message) : []
  const inBase64 =
    payload.kind === 'base64' || (broker.version === 5 && message.properties?.correlationData !== undefined)
  return [
    ...importsOf(broker, inBase64),
    ...(properties.length > 0
      ? ['from paho.mqtt.packettypes import PacketTypes', 'from paho.mqtt.properties import Properties']
      : []),
    '',
    ...clientOf(broker),
    ...(properties.length > 0 ? ['properties = Properties(PacketTypes.PUBLISH)', ...properties] : []),
    `client.connect(${python(broker.host)}, ${broker.port})`,
    'client.loop_start()',
    `client.publish(${python(message.topic)}, ${payloadOf(payload)}, qos=${message.qos}, retain=${message.retain ? 'True' : 'False'}${
      properties.length > 0 ? ', properties=properties' : ''
    }).wait_for_publish()`,
    'client.disconnect()',
    'client.loop_stop()',
    ''
  ].join('\n')
}

function payloadOf(payload: CodePayload): string {
  switch (payload.kind) {
    case 'empty':
      return 'None'
    case 'text':
      return python(payload.text)
    case 'base64':
      return `base64.b64decode(${python(payload.base64)})`
    case 'file':
      return `open(${python(PAYLOAD_FILE)}, 'rb').read()`
  }
}

function importsOf(broker: CodeBroker, base64: boolean): string[] {
  return [
    ...(base64 ? ['import base64'] : []),
    ...(broker.username === '' ? [] : ['import os']),
    ...(isSecure(broker) && !broker.tls.verify ? ['import ssl'] : []),
    'import paho.mqtt.client as mqtt'
  ]
}

function clientOf(broker: CodeBroker): string[] {
  const { version, username, tls, path } = broker
  const socket = isWebSocket(broker)
  return [
    '# paho-mqtt 2 asks which callbacks are meant; 1.x does not know of it.',
    "api = [mqtt.CallbackAPIVersion.VERSION2] if hasattr(mqtt, 'CallbackAPIVersion') else []",
    `client = mqtt.Client(*api, protocol=mqtt.${VERSIONS[version]}${socket ? ", transport='websockets'" : ''})`,
    ...(socket ? [`client.ws_set_options(path=${python(path)})`] : []),
    ...(username === ''
      ? []
      : [`client.username_pw_set(${python(username)}, os.environ.get('${PASSWORD_VARIABLE}'))`]),
    ...(isSecure(broker)
      ? [
          `client.tls_set(${[
            ...(tls.ca ? ["ca_certs='ca.pem'"] : []),
            ...(tls.cert ? ["certfile='client.pem'", "keyfile='client.key'"] : []),
            ...(tls.verify ? [] : ['cert_reqs=ssl.CERT_NONE'])
          ].join(', ')})`,
          ...(tls.verify ? [] : ['client.tls_insecure_set(True)'])
        ]
      : [])
  ]
}

function propertiesOf({ properties }: CodeMessage): string[] {
  if (!properties) return []
  const { payloadFormatIndicator, messageExpiryInterval, responseTopic, correlationData, contentType } =
    properties
  const user = userPropertiesOf(properties)
  const lines: [string, string | null][] = [
    [
      'PayloadFormatIndicator',
      payloadFormatIndicator === undefined ? null : payloadFormatIndicator ? '1' : '0'
    ],
    ['MessageExpiryInterval', messageExpiryInterval === undefined ? null : String(messageExpiryInterval)],
    ['ContentType', contentType === undefined ? null : python(contentType)],
    ['ResponseTopic', responseTopic === undefined ? null : python(responseTopic)],
    [
      'CorrelationData',
      correlationData === undefined ? null : `base64.b64decode(${python(correlationData)})`
    ],
    [
      'UserProperty',
      user.length === 0
        ? null
        : `[${user.map(({ name, value }) => `(${python(name)}, ${python(value)})`).join(', ')}]`
    ]
  ]
  return lines.flatMap(([name, value]) => (value === null ? [] : [`properties.${name} = ${value}`]))
}

/** Python string literal. JSON's escapes mean the same in Python, and non-ASCII characters need no escape. */
function python(text: string): string {
  return JSON.stringify(text)
}
