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

/** A JavaScript module that publishes a message with MQTT.js 5. */
export function mqttJsPublish(broker: CodeBroker, message: CodeMessage): string {
  const payload = codePayload(message.payload)
  const { host, port, path, protocol, tls } = broker
  const url = `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}${isWebSocket(broker) ? path : ''}`
  const files = payload.kind === 'file' || (isSecure(broker) && (tls.ca || tls.cert))
  const properties = broker.version === 5 ? propertiesOf(message) : null
  return [
    ...(files ? ["import { readFileSync } from 'node:fs'"] : []),
    "import mqtt from 'mqtt'",
    '',
    `const client = await mqtt.connectAsync(${JSON.stringify(url)}, ${optionsOf(broker)})`,
    `await client.publishAsync(${JSON.stringify(message.topic)}, ${payloadOf(payload)}, {`,
    `  qos: ${message.qos},`,
    `  retain: ${String(message.retain)}${properties === null ? '' : ','}`,
    ...(properties === null ? [] : [`  properties: ${properties}`]),
    '})',
    'await client.endAsync()',
    ''
  ].join('\n')
}

function payloadOf(payload: CodePayload): string {
  switch (payload.kind) {
    case 'empty':
      return "''"
    case 'text':
      return JSON.stringify(payload.text)
    case 'base64':
      return `Buffer.from(${JSON.stringify(payload.base64)}, 'base64')`
    case 'file':
      return `readFileSync(${JSON.stringify(PAYLOAD_FILE)})`
  }
}

function optionsOf(broker: CodeBroker): string {
  const { version, username, tls } = broker
  const options = [
    `protocolVersion: ${version}`,
    ...(version === 3 ? ["protocolId: 'MQIsdp'"] : []),
    ...(username === ''
      ? []
      : [`username: ${JSON.stringify(username)}`, `password: process.env.${PASSWORD_VARIABLE}`]),
    ...(isSecure(broker)
      ? [
          ...(tls.ca ? ["ca: readFileSync('ca.pem')"] : []),
          ...(tls.cert ? ["cert: readFileSync('client.pem')", "key: readFileSync('client.key')"] : []),
          ...(tls.verify ? [] : ['rejectUnauthorized: false'])
        ]
      : [])
  ]
  return `{ ${options.join(', ')} }`
}

function propertiesOf({ properties }: CodeMessage): string | null {
  if (!properties) return null
  // These two belong to the delivery, not to the message.
  const {
    topicAlias: _alias,
    subscriptionIdentifier: _identifier,
    correlationData,
    userProperties,
    userPropertyOrder,
    ...rest
  } = properties
  const entries = [
    ...Object.entries(rest).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    ...(correlationData === undefined
      ? []
      : [`correlationData: Buffer.from(${JSON.stringify(correlationData)}, 'base64')`]),
    // MQTT.js writes a list of objects one after the other, which keeps an order that one object cannot have.
    ...(userProperties === undefined
      ? []
      : [
          `userProperties: ${JSON.stringify(
            userPropertyOrder
              ? userPropertiesOf(properties).map(({ name, value }) => ({ [name]: value }))
              : userProperties
          )}`
        ])
  ]
  return entries.length === 0 ? null : `{ ${entries.join(', ')} }`
}
