import type { Words } from '../../../shared/contract/sentence'
import { filterMatches } from '../../../shared/topic'
import { decode } from '../../decode/decode'
import { birthNames } from '../../decode/sparkplug'
import { sparkplugTopic, topicOf } from '../../decode/sparkplug-topic'
import type { BirthNames } from '../../decode/sparkplug-value'
import { areOperators, differs } from './compare'
import { contentFault } from './content'
import { decodeFault } from './decode-fault'
import type { Decoded, Expectation, Sparkplug } from './format'
import { isMap, shown } from './json'
import { propertiesOf, readable, type Received } from './received'
import { at, said } from './said'
import type { Schemas } from './schemas'
import { textOf } from './values'

/** What a message is compared with besides the expectation. */
export interface Around {
  schemas: Schemas
  /** What the same client got before. */
  before: readonly Received[]
}

/** Whether the topic of a message is the expected one, or matches the expected filter. */
export function isAbout({ topic }: Received, { topic: wanted }: Expectation): boolean {
  return wanted === undefined || wanted === topic || (/[+#]/.test(wanted) && filterMatches(wanted, topic))
}

/** How a message differs from what is expected, or null. Throws for an expectation that cannot be checked. */
export function messageFault(message: Received, wanted: Expectation, around: Around): Words | null {
  const { qos, retain, dup } = wanted
  if (!isAbout(message, wanted))
    return said('failure_topic', { wanted: wanted.topic ?? '', actual: message.topic })
  const flag = (name: string, actual: unknown, expected: unknown): Words | null =>
    expected === undefined ? null : differs(actual, expected, true, name)
  return (
    flag('qos', message.qos, qos) ??
    flag('retain', message.retain, retain) ??
    flag('dup', message.dup, dup) ??
    payloadFault(message, wanted, around) ??
    (wanted.properties === undefined ? null : propertyFault(message, wanted.properties))
  )
}

function payloadFault(message: Received, wanted: Expectation, around: Around): Words | null {
  const { payload } = message
  const text = payload.toString()
  return (
    (wanted.payload === undefined ? null : textFault('payload', text, wanted.payload)) ??
    (wanted.hex === undefined
      ? null
      : bytesFault(payload, Buffer.from(wanted.hex.replace(/[\s:,-]|0x/g, ''), 'hex'))) ??
    (wanted.base64 === undefined ? null : bytesFault(payload, Buffer.from(wanted.base64, 'base64'))) ??
    (wanted.size === undefined ? null : differs(payload.length, wanted.size, true, 'size')) ??
    contentFault(text, wanted, around.schemas) ??
    (wanted.decoded === undefined ? null : decodedFault(message, wanted.decoded, around)) ??
    (wanted.sparkplug === undefined ? null : sparkplugFault(message, wanted.sparkplug, around))
  )
}

/** A text is compared as a text, whatever YAML takes the expected one for; a map or list, as JSON. */
export function textFault(place: string, text: string, wanted: unknown): Words | null {
  if (areOperators(wanted)) {
    const isNumeric = ['gt', 'gte', 'lt', 'lte'].some((name) => name in wanted)
    return differs(isNumeric && text.trim() !== '' ? Number(text) : text, wanted, true, place)
  }
  if (isMap(wanted) || Array.isArray(wanted)) {
    try {
      return differs(JSON.parse(text), wanted, true)
    } catch {
      return at(place, said('failure_json', { actual: shown(text) }))
    }
  }
  const plain = wanted === null ? '' : textOf(wanted)
  return differs(text, plain, true, place)
}

function bytesFault(actual: Buffer, wanted: Buffer): Words | null {
  if (actual.equals(wanted)) return null
  return said('failure_bytes', { wanted: hex(wanted), actual: hex(actual) })
}

function hex(bytes: Buffer): Words {
  const digits = bytes.subarray(0, 40).toString('hex').match(/../g)?.join(' ')
  if (digits === undefined) return said('failure_none')
  return bytes.length > 40 ? said('failure_bytes_cut', { digits, count: bytes.length }) : digits
}

function propertyFault(message: Received, wanted: Record<string, unknown>): Words | null {
  const actual = propertiesOf(message)
  for (const [name, value] of Object.entries(wanted)) {
    if (name === 'userProperties' && Array.isArray(value)) {
      const found = userPropertiesFault(actual['userProperties'], value as unknown[])
      if (found !== null) return found
      continue
    }
    const bytes = name === 'correlationData' && isMap(value) && !areOperators(value) ? value : null
    const expected = bytes ? correlationText(bytes) : value
    const found = differs(actual[name], expected, false, name)
    if (found !== null) return found
  }
  return null
}

/** These pairs must be there; those of one name in this order. */
function userPropertiesFault(actual: unknown, wanted: readonly unknown[]): Words | null {
  const pairs = Array.isArray(actual) ? [...(actual as unknown[])] : []
  for (const pair of wanted) {
    const index = pairs.findIndex((each) => differs(each, pair, true) === null)
    if (index === -1)
      return at('userProperties', said('failure_pair', { wanted: shown(pair), actual: shown(actual ?? []) }))
    // What stands before it is of another name, or was not asked for.
    const [[name]] = pairs.splice(index, 1) as [[string, string]]
    for (let at = index - 1; at >= 0; at--)
      if ((pairs[at] as [string, string])[0] === name) pairs.splice(at, 1)
  }
  return null
}

function correlationText(bytes: Record<string, unknown>): string {
  const [as, digits] = Object.entries(bytes)[0] ?? ['hex', '']
  const text = textOf(digits)
  return readable(Buffer.from(text, as === 'base64' ? 'base64' : 'hex'))
}

function decodedFault(message: Received, wanted: Decoded, around: Around): Words | null {
  const { as = 'detect', encoding, schemaFile, type } = wanted
  const schemas = around.schemas.forDecoders()
  const { body } = decode(
    message.payload,
    {
      format: as,
      ...(encoding && { encoding }),
      ...(schemaFile && { schema: schemaFile }),
      ...(type && { type })
    },
    schemas,
    namesFor(message, around.before)
  )
  if (body.format === 'fault') return said('failure_decoded', { format: as, fault: decodeFault(body.fault) })
  if (body.format === 'image')
    return differs(
      { kind: body.kind, width: body.width, height: body.height },
      wanted.json ?? {},
      false,
      'image'
    )
  if (!('text' in body)) {
    const digits = Buffer.from(body.bytes).toString('hex')
    return wanted.text === undefined ? null : textFault('decoded', digits, wanted.text)
  }
  return (
    (wanted.text === undefined ? null : textFault('decoded', body.text, wanted.text)) ??
    contentFault(body.text, wanted, around.schemas)
  )
}

interface SparkplugPayload {
  seq?: number
  timestamp?: string
  metrics?: { name?: string; value?: unknown }[]
}

/** Metrics by name, also those that have an alias alone after a birth that the client got. */
function sparkplugFault(message: Received, wanted: Sparkplug, around: Around): Words | null {
  const names = namesFor(message, around.before)
  const { body } = decode(message.payload, { format: 'sparkplug' }, around.schemas.forDecoders(), names)
  if (body.format !== 'sparkplug') return said('failure_sparkplug')
  const { seq, timestamp, metrics = [] } = JSON.parse(body.text) as SparkplugPayload
  const known = metrics.map(({ name }) => name ?? '?').join(', ')
  for (const [name, value] of Object.entries(wanted.metrics ?? {})) {
    const metric = metrics.find((each) => each.name === name)
    const isAbsent = areOperators(value) && 'exists' in value
    const fault =
      !metric && !isAbsent
        ? said('failure_no_metric', { known: known || said('failure_none') })
        : differs(metric?.value, value, true)
    if (fault !== null) return at(said('failure_metric', { name }), fault)
  }
  return (
    (wanted.seq === undefined ? null : differs(seq, wanted.seq, true, 'seq')) ??
    (wanted.timestamp === undefined ? null : differs(timestamp, wanted.timestamp, true, 'timestamp'))
  )
}

/** Names from the last birth of the node or device (Sparkplug 3.0, 6.4.15). */
function namesFor({ topic }: Received, before: readonly Received[]): BirthNames | null {
  const place = sparkplugTopic(topic)
  if (!place || place.type === 'STATE') return null
  const { group, node, device } = place
  const birth = topicOf(device === null ? 'NBIRTH' : 'DBIRTH', group, node, device)
  const last = before.findLast((each) => each.topic === birth)
  return last ? birthNames(last.payload) : null
}
