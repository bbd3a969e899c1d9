import { userPropertiesOf } from '../../../shared/user-properties'
import {
  codePayload,
  isSecure,
  PASSWORD_VARIABLE,
  PAYLOAD_FILE,
  type CodeBroker,
  type CodeMessage
} from './client-code'

const VERSIONS = { 3: 'mqttv31', 4: 'mqttv311', 5: 'mqttv5' } as const

/** POSIX shell command that publishes a message with mosquitto_pub. */
export function mosquittoPub(broker: CodeBroker, message: CodeMessage): string {
  const { topic, qos, retain } = message
  const words = [
    'mosquitto_pub',
    ...addressOf(broker),
    '-t',
    quoted(topic),
    '-q',
    String(qos),
    ...(retain ? ['-r'] : []),
    ...(broker.version === 5 ? propertiesOf(message) : [])
  ]
  const payload = codePayload(message.payload)
  switch (payload.kind) {
    case 'empty':
      return [...words, '-n'].join(' ')
    case 'text':
      return [...words, '-m', quoted(payload.text)].join(' ')
    case 'base64':
      return `printf %s ${quoted(payload.base64)} | base64 -d | ${[...words, '-s'].join(' ')}`
    case 'file':
      return [...words, '-f', PAYLOAD_FILE].join(' ')
  }
}

/** POSIX shell command that prints the messages of a topic with mosquitto_sub. */
export function mosquittoSub(broker: CodeBroker, { topic, qos }: Pick<CodeMessage, 'topic' | 'qos'>): string {
  return ['mosquitto_sub', ...addressOf(broker), '-t', quoted(topic), '-q', String(qos), '-v'].join(' ')
}

function addressOf(broker: CodeBroker): string[] {
  const { host, port, version, username, tls } = broker
  return [
    '-h',
    quoted(host),
    '-p',
    String(port),
    '-V',
    VERSIONS[version],
    ...(username === '' ? [] : ['-u', quoted(username), '-P', `"$${PASSWORD_VARIABLE}"`]),
    ...(isSecure(broker)
      ? [
          ...(tls.ca ? ['--cafile', 'ca.pem'] : ['--tls-use-os-certs']),
          ...(tls.cert ? ['--cert', 'client.pem', '--key', 'client.key'] : []),
          ...(tls.verify ? [] : ['--insecure'])
        ]
      : [])
  ]
}

function propertiesOf({ properties }: CodeMessage): string[] {
  if (!properties) return []
  const { payloadFormatIndicator, messageExpiryInterval, responseTopic, correlationData, contentType } =
    properties
  const words: string[] = []
  const add = (name: string, ...values: string[]): void => {
    words.push('-D', 'publish', name, ...values.map(quoted))
  }
  if (payloadFormatIndicator !== undefined)
    add('payload-format-indicator', payloadFormatIndicator ? '1' : '0')
  if (messageExpiryInterval !== undefined) add('message-expiry-interval', String(messageExpiryInterval))
  if (contentType !== undefined) add('content-type', contentType)
  if (responseTopic !== undefined) add('response-topic', responseTopic)
  // mosquitto_pub accepts correlation data as text only.
  if (correlationData !== undefined) add('correlation-data', textOf(correlationData))
  for (const { name, value } of userPropertiesOf(properties)) add('user-property', name, value)
  return words
}

function textOf(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)))
}

/** Quotes a POSIX shell word (XCU 2.2.2): single quotes preserve every character literally. */
function quoted(word: string): string {
  if (/^[\w./:@%+=-]+$/.test(word) && !word.startsWith('-')) return word
  return `'${word.replaceAll("'", `'\\''`)}'`
}
