import type { SavedRequest } from '../../../shared/contract/collections'
import type { CheckPreview, PayloadMatch } from '../../../shared/contract/new-checks'
import { expectedJson } from './expected-json'
import type { Subject } from './subject'

/** A generator in double braces: each time another value. */
const GENERATOR = /\{\{\s*\$[^}]*\}\}/g

const isGenerated = (text: string): boolean => text.search(GENERATOR) !== -1

/** A saved message, as a check has that publishes it. `file` is the message's path from the folder of the check. */
export function requestSubject(request: SavedRequest, file: string): Subject {
  const { topic, payload, qos, script } = request
  const properties = propertiesOf(request)
  const generated = [topic, payload, ...propertyTexts(request)].some(isGenerated)
  const notes: CheckPreview['notes'] = [
    ...(script === '' ? [] : (['script'] as const)),
    ...(generated ? (['generators'] as const) : [])
  ]
  return {
    topic: filterOf(topic),
    payload: payloadOf(request),
    qos,
    retain: request.retain,
    properties,
    publish: { request: file },
    notes
  }
}

/** A level that a generator makes may be any. */
function filterOf(topic: string): string {
  const marked = topic.replace(GENERATOR, '\0')
  return marked
    .split('/')
    .map((level) => (level.includes('\0') ? '+' : level))
    .join('/')
}

function payloadOf({ payload, format, encode }: SavedRequest): Subject['payload'] {
  const offers = new Map<PayloadMatch, Record<string, unknown>>()
  if (encode === null && !isGenerated(payload)) {
    const json = format === 'json' || format === 'text' ? expectedJson(payload) : undefined
    if (json !== undefined) {
      offers.set('json', { json })
      offers.set('whole', { jsonEquals: json })
    } else offers.set('whole', format === 'hex' || format === 'base64' ? { [format]: payload } : { payload })
  }
  offers.set('none', {})
  return offers
}

function propertyTexts({ properties }: SavedRequest): string[] {
  const { contentType, messageExpiry, responseTopic, correlation, userProperties } = properties
  return [
    ...[contentType, messageExpiry, responseTopic, correlation.text],
    ...userProperties.flatMap(({ name, value }) => [name, value])
  ]
}

/** What can be expected of the properties: those without generators. */
function propertiesOf({ properties }: SavedRequest): Record<string, unknown> {
  const { payloadFormat, contentType, messageExpiry, responseTopic, correlation, userProperties } = properties
  const isSet = (text: string): boolean => text !== '' && !isGenerated(text)
  const pairs = userProperties.filter(({ name, value }) => isSet(name) && !isGenerated(value))
  const expiry = Number(messageExpiry)
  return {
    ...(payloadFormat !== 'none' && { payloadFormat }),
    ...(isSet(contentType) && { contentType }),
    ...(messageExpiry.trim() !== '' && {
      messageExpiry: Number.isInteger(expiry) ? { lte: expiry } : { exists: true }
    }),
    ...(isSet(responseTopic) && { responseTopic }),
    ...(isSet(correlation.text) && {
      correlationData: correlation.as === 'text' ? correlation.text : { [correlation.as]: correlation.text }
    }),
    ...(pairs.length > 0 && { userProperties: pairs.map(({ name, value }) => [name, value]) })
  }
}
