import type { MessagePreview, SavedRequest } from '../../../shared/contract/collections'
import type { SchemaCheck } from '../../../shared/contract/decode'
import type { SentContent } from '../../../shared/contract/requests'
import { isUtf8 } from 'node:buffer'
import { noProperties } from '../../../shared/composed-properties'
import { readableText } from '../../../shared/readable-text'
import type { Outgoing } from './encoded'
import type { Made } from './to-message'
import { masked } from './variables'

/** Characters of a payload that a preview shows. */
const MOST = 20_000

/** What would be sent, with the secrets masked. `check`: its payload against the schema that is bound to its topic. */
export function previewOf(
  { message, faults, text: written, decoded }: Outgoing,
  request: SavedRequest,
  secrets: ReadonlySet<string>,
  check: SchemaCheck | null
): MessagePreview {
  const { payload, topic, properties } = message
  const typed = request.format === 'hex' || request.format === 'base64'
  const isSecret = secrets.size > 0
  // Bytes would show the secret that their digits were made of.
  const text =
    decoded !== null
      ? isSecret
        ? written
        : hexOf(payload)
      : typed && isSecret
        ? request.payload
        : readableText(payload, MOST)
  const shown: [string, string][] = []
  if (properties) {
    const { payloadFormat, contentType, messageExpiry, responseTopic, correlation, userProperties } =
      properties
    if (payloadFormat !== 'none')
      shown.push(['Payload Format Indicator', payloadFormat === 'text' ? '1' : '0'])
    if (contentType !== '') shown.push(['Content Type', contentType])
    if (messageExpiry !== null) shown.push(['Message Expiry Interval', String(messageExpiry)])
    if (responseTopic !== '') shown.push(['Response Topic', responseTopic])
    if (correlation.text !== '') shown.push(['Correlation Data', correlation.text])
    for (const { name, value } of userProperties) shown.push([name, value])
  }
  return {
    topic: masked(topic, secrets),
    payload: masked(text, secrets).slice(0, MOST),
    decoded: decoded === null || isSecret ? null : decoded.slice(0, MOST),
    size: payload.length,
    properties: shown.map(([name, value]) => [masked(name, secrets), masked(value, secrets)]),
    faults: faults.map((fault) => ({
      ...fault,
      name: masked(fault.name, secrets),
      detail: masked(fault.detail, secrets)
    })),
    check: check && {
      ...check,
      violations: check.violations.map(({ path, keyword, detail }) => ({
        path: masked(path, secrets),
        keyword,
        detail: masked(detail, secrets)
      }))
    }
  }
}

/** The message as it was sent, with the secrets masked. */
export function sentOf({ message }: Made, request: SavedRequest, secrets: ReadonlySet<string>): SentContent {
  const { topic, payload, properties } = message
  const typed = request.format === 'hex' || request.format === 'base64'
  const isMasked = secrets.size > 0
  // Bytes would show the secret.
  const asTyped = isMasked && (typed || request.encode !== null)
  const isText = asTyped || isUtf8(payload)
  const text = asTyped ? request.payload : Buffer.from(payload).toString(isText ? 'utf8' : 'base64')
  const sent = { topic, text, properties: properties ?? { ...noProperties(), topicAlias: null } }
  const shown = isMasked ? (JSON.parse(maskedJson(sent, secrets)) as typeof sent) : sent
  return { ...shown, isText, isMasked }
}

/** Masks secrets in every text of a structure. */
function maskedJson(value: unknown, secrets: ReadonlySet<string>): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'string' ? masked(each, secrets) : each
  )
}

function hexOf(bytes: Uint8Array): string {
  const digits = Buffer.from(bytes.subarray(0, MOST / 3)).toString('hex')
  return (digits.match(/../g) ?? []).join(' ')
}
