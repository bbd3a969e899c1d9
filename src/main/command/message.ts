import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { buffer } from 'node:stream/consumers'
import { bytesOf as typedBytes, PublishProperties, type UserProperty } from '../../shared/composed-properties'
import type { MqttVersion } from '../../shared/contract/profiles'
import type { Qos } from '../../shared/message'
import { outgoingProperties, type OutgoingProperties } from '../mqtt/outgoing-properties'
import { Misuse } from './command'
import type { MessageValues } from './commands/message-options'
import { bytesOf, checkedTopic, wholeNumber } from './values'

/** A message without its payload. */
export interface Envelope {
  topic: string
  qos: Qos
  retain: boolean
  properties: OutgoingProperties | null
}

/** Throws Misuse. */
export function envelopeOf(values: MessageValues, version: MqttVersion): Envelope {
  if (values.topic === undefined) throw new Misuse('Give the topic with --topic TOPIC.')
  return {
    topic: checkedTopic(values.topic),
    qos: Number(values.qos ?? '0') as Qos,
    retain: values.retain,
    properties: propertiesOf(values, version)
  }
}

function propertiesOf(values: MessageValues, version: MqttVersion): OutgoingProperties | null {
  const { expiry, 'payload-format': format, 'topic-alias': alias, correlation } = values
  if (values['correlation-as'] !== undefined && correlation === undefined)
    throw new Misuse('--correlation-as needs --correlation.')
  const composed = {
    payloadFormat: (format ?? 'none') as 'none' | 'bytes' | 'text',
    contentType: values['content-type'] ?? '',
    messageExpiry: expiry === undefined ? null : wholeNumber('--expiry', expiry, 0, 4_294_967_295),
    responseTopic:
      values['response-topic'] === undefined ? '' : checkedTopic(values['response-topic'], 'response topic'),
    correlation: {
      as: (values['correlation-as'] ?? 'text') as 'text' | 'hex' | 'base64',
      text: correlation ?? ''
    },
    userProperties: values['user-property'].map((text) => userProperty(text)),
    topicAlias: alias === undefined ? null : wholeNumber('--topic-alias', alias, 1, 65_535)
  }
  checkTyped('--correlation', composed.correlation)
  const checked = PublishProperties.safeParse(composed)
  if (!checked.success) {
    const { path } = checked.error.issues[0]!
    throw new Misuse(
      `${options[String(path[0])] ?? 'A property'} holds text that MQTT does not allow, or too much of it.`
    )
  }
  const properties = outgoingProperties(checked.data)
  if (properties && version !== 5)
    throw new Misuse(
      'Content type, expiry and the other properties need MQTT 5. Leave out --mqtt, or use --mqtt 5.'
    )
  return properties
}

const options: Record<string, string> = {
  contentType: '--content-type',
  correlation: '--correlation',
  userProperties: '--user-property'
}

function userProperty(text: string): UserProperty {
  const at = text.indexOf('=')
  if (at < 1) throw new Misuse(`--user-property takes NAME=VALUE, not "${text}".`)
  return { name: text.slice(0, at), value: text.slice(at + 1) }
}

/** Bytes that were typed. Throws Misuse. */
function checkTyped(option: string, typed: { as: 'text' | 'hex' | 'base64'; text: string }): Uint8Array {
  const bytes = typedBytes(typed)
  if (typeof bytes !== 'string') return bytes
  throw new Misuse(`${option} is not ${typed.as === 'hex' ? 'pairs of hex digits' : 'Base64'}.`)
}

/** The payloads that the options name, each as it becomes available. Throws Misuse at once if they name none, or several. */
export function payloadsOf(values: MessageValues, isLines: boolean): AsyncIterable<Buffer> {
  const { message, file, stdin } = values
  const given = [message, file, stdin || undefined].filter((each) => each !== undefined)
  if (given.length !== 1)
    throw new Misuse(
      "Give one payload: --message TEXT, --file FILE or --stdin. An empty one is --message ''."
    )
  if (values['message-as'] !== undefined && message === undefined)
    throw new Misuse('--message-as is for --message.')
  if (isLines && message !== undefined) throw new Misuse('--lines is for --file and --stdin.')
  if (message !== undefined) {
    const as = (values['message-as'] ?? 'text') as 'text' | 'hex' | 'base64'
    return one(Promise.resolve(Buffer.from(checkTyped('--message', { as, text: message }))))
  }
  if (isLines) return lines(file)
  return one(file === undefined ? buffer(process.stdin) : bytesOf('--file', file))
}

async function* one(payload: Promise<Buffer>): AsyncGenerator<Buffer> {
  yield await payload
}

async function* lines(file: string | undefined): AsyncGenerator<Buffer> {
  if (file !== undefined) await bytesOf('--file', file)
  const input = file === undefined ? process.stdin : createReadStream(file)
  for await (const line of createInterface({ input, crlfDelay: Infinity })) yield Buffer.from(line)
}
