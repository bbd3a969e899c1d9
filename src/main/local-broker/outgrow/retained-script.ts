import type { MessageProperties } from '../../../shared/message'
import { userPropertiesOf } from '../../../shared/user-properties'
import type { RetainedCopy } from '../../broker/retained-pages'

/** Longest payload that is written as text, in characters. */
const TEXT_LENGTH = 2_000
/** Slashes in a topic that Mosquitto takes. */
const MOST_SLASHES = 200
const BASE64_LINE = 76

/** Begins the script. The functions' parameters come before those of a message. */
export const scriptHead = `#!/bin/sh
# Publishes the retained messages of Treetop's local broker, with mosquitto_pub (Debian: apt install mosquitto-clients).
# Start it like this, as a user that may publish all of them:
#   MQTT_HOST=server MQTT_PORT=1883 MQTT_USER=name MQTT_PASSWORD=secret sh retained.sh
set -eu
pub() {
  if [ -n "\${MQTT_USER:-}" ]; then set -- -u "$MQTT_USER" -P "\${MQTT_PASSWORD:-}" "$@"; fi
  mosquitto_pub -V mqttv5 -h "\${MQTT_HOST:-localhost}" -p "\${MQTT_PORT:-1883}" -r "$@"
}

`

/** One message as lines of the script; null: mosquitto_pub cannot publish to its topic. */
export function scriptLines({ topic, payload, qos, properties }: RetainedCopy): {
  text: string
  isWhole: boolean
} | null {
  if (!isText(topic) || topic.split('/').length - 1 > MOST_SLASHES) return null
  const { words, isWhole } = propertyWords(properties)
  const command = ['pub', '-q', String(qos), '-t', quoted(topic), ...words].join(' ')
  const text = textOf(payload)
  if (text !== null && text.length <= TEXT_LENGTH && isText(text.replace(/[\n\t]/g, '')))
    return { text: `${command} -m ${quoted(text)}\n`, isWhole }
  const base64 = Buffer.from(payload).toString('base64')
  const lines = base64.match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? []
  return { text: `base64 -d <<'.' | ${command} -s\n${lines.join('\n')}\n.\n`, isWhole }
}

function propertyWords(properties: MessageProperties): { words: string[]; isWhole: boolean } {
  const { payloadFormatIndicator, messageExpiryInterval, contentType, responseTopic, correlationData } =
    properties
  const words: string[] = []
  let isWhole = true
  const add = (name: string, ...values: (string | null)[]): void => {
    if (values.every((value) => value !== null && isText(value)))
      words.push('-D', 'publish', name, ...values.map((value) => quoted(value!)))
    else isWhole = false
  }
  if (payloadFormatIndicator !== undefined)
    add('payload-format-indicator', payloadFormatIndicator ? '1' : '0')
  if (messageExpiryInterval !== undefined) add('message-expiry-interval', String(messageExpiryInterval))
  if (contentType !== undefined) add('content-type', contentType)
  if (responseTopic !== undefined) add('response-topic', responseTopic)
  // A command's arguments are text.
  if (correlationData !== undefined) add('correlation-data', textOf(Buffer.from(correlationData, 'base64')))
  for (const { name, value } of userPropertiesOf(properties)) add('user-property', name, value)
  return { words, isWhole }
}

/** null: the bytes are not UTF-8. */
function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** Mosquitto takes no control characters and no noncharacters in strings, though MQTT only advises against them [MQTT-1.5.4-1]. */
function isText(text: string): boolean {
  return !/[\p{Cc}\p{Noncharacter_Code_Point}]/u.test(text)
}

/** A word of a POSIX shell (XCU 2.2.2): single quotes preserve every character. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
