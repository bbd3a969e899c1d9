import { isDeepStrictEqual } from 'node:util'
import { isMap, YAMLMap, YAMLSeq } from 'yaml'
import { Encoding, EncodingFormat } from '../../../shared/contract/encode'
import {
  emptyRequest,
  PayloadFormat,
  type FileFault,
  type RequestProperties,
  type SavedRequest
} from '../../../shared/contract/collections'
import { asText, inMap, taking, type Draft, type Take } from './request-keys'
import { scheduleKeys, writeResponse, writeSchedule } from './request-schedule'
import { setKey, textNode, YamlFile } from './yaml-file'

/** A saved message as its file holds it. */
export interface RequestFile {
  /** null: it is named after its file. */
  name: string | null
  /** Its place among its siblings; null: behind those that have one. */
  order: number | null
  /** null: the file cannot be used. */
  request: SavedRequest | null
  faults: FileFault[]
}

/** What is written into a file; what is absent stays as it is. */
export interface RequestChange {
  name?: string
  order?: number
  request?: SavedRequest
}

const asTruth = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const asPairs = (value: unknown): RequestProperties['userProperties'] | undefined => {
  if (!Array.isArray(value)) return undefined
  const pairs: RequestProperties['userProperties'] = []
  for (const each of value as unknown[]) {
    if (!Array.isArray(each) || each.length !== 2) return undefined
    const [name, text] = each.map(asText)
    if (name === undefined || text === undefined) return undefined
    pairs.push({ name, value: text })
  }
  return pairs
}
const asChoice =
  <T extends string>(...choices: readonly T[]) =>
  (value: unknown): T | undefined =>
    choices.find((choice) => choice === value)

/** `cbor`, or `{ format: protobuf, schema: plant.proto, type: plant.Reading }`. */
const asEncoding = (value: unknown): Encoding | undefined =>
  Encoding.safeParse(typeof value === 'string' ? { format: value } : value).data

const property = <K extends keyof RequestProperties>(
  key: K,
  expected: string,
  read: (value: unknown) => RequestProperties[K] | undefined
): Take =>
  taking(key, expected, read, ({ request }, value) => {
    request.properties = { ...request.properties, [key]: value }
  })

const propertyKeys: Record<string, Take> = {
  payloadFormat: property('payloadFormat', 'text, bytes', asChoice('text', 'bytes')),
  contentType: property('contentType', 'text', asText),
  messageExpiry: property('messageExpiry', 'number', asText),
  responseTopic: property('responseTopic', 'text', asText),
  userProperties: property('userProperties', '[[name, value]]', asPairs),
  correlationData(file, pair, { request }) {
    const value = file.plain(pair.value)
    const [format, inner]: [string, unknown] =
      isMap(pair.value) && typeof value === 'object' && value !== null
        ? (Object.entries<unknown>({ ...value })[0] ?? ['', undefined])
        : ['text', value]
    const text = asText(inner)
    const as = asChoice('text', 'hex', 'base64')(format)
    if (text === undefined || as === undefined)
      file.wrongType(pair, 'correlationData', 'text, {hex: …}, {base64: …}')
    else request.properties = { ...request.properties, correlation: { as, text } }
  }
}

const keys: Record<string, Take> = {
  name: taking('name', 'text', asText, (into, value) => (into.name = value)),
  order: taking(
    'order',
    'number',
    (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined),
    (into, value) => (into.order = value)
  ),
  topic: taking('topic', 'text', asText, ({ request }, value) => (request.topic = value)),
  payload: taking('payload', 'text', asText, ({ request }, value) => (request.payload = value)),
  format: taking(
    'format',
    PayloadFormat.options.join(', '),
    asChoice(...PayloadFormat.options),
    ({ request }, value) => (request.format = value)
  ),
  encode: taking(
    'encode',
    EncodingFormat.options.join(', '),
    asEncoding,
    ({ request }, value) => (request.encode = value)
  ),
  qos: taking(
    'qos',
    '0, 1, 2',
    (value) => (value === 0 || value === 1 || value === 2 ? value : undefined),
    ({ request }, value) => (request.qos = value)
  ),
  retain: taking('retain', 'true, false', asTruth, ({ request }, value) => (request.retain = value)),
  properties: inMap('properties', propertyKeys, '{contentType: …}'),
  ...scheduleKeys
}

/** Reads a saved message. Never throws. */
export function readRequest(file: string, text: string): RequestFile {
  const read = YamlFile.read(file, text)
  const into: Draft = { name: null, order: null, request: { ...emptyRequest } }
  if (read.usable)
    for (const [key, pair] of read.entries()) {
      const take = Object.hasOwn(keys, key) ? keys[key]! : null
      if (take) take(read, pair, into)
      else read.unknownKey(pair, key)
    }
  if (read.usable && read.entries().every(([key]) => key !== 'topic')) read.fault('NO_TOPIC', null)
  return { ...into, request: read.usable ? into.request : null, faults: read.faults }
}

/**
 * The text of a file after a change; null if the file has a fault. Comments, keys that Treetop does not know, and the way in which
 * unchanged values are written stay.
 *
 * @param before the file's text; empty for a new file
 */
export function writeRequest(before: string, change: RequestChange): string | null {
  const old = readRequest('', before)
  const { name, order, request } = change
  const file = YamlFile.read('', before)
  if (!file.usable || (old.request === null && before.trim() !== '')) return null
  const { root } = file
  if (name !== undefined) setKey(root, 'name', name, old.name === name)
  if (order !== undefined) setKey(root, 'order', order, old.order === order)
  if (request) {
    const was = old.request
    setKey(root, 'topic', request.topic, was?.topic === request.topic)
    for (const key of ['payload', 'format', 'qos', 'retain'] as const) {
      const value = request[key] === emptyRequest[key] && !root.has(key) ? undefined : request[key]
      setKey(root, key, value, was?.[key] === request[key])
    }
    setKey(
      root,
      'encode',
      request.encode ? encodeNode(request.encode) : undefined,
      isDeepStrictEqual(was?.encode ?? null, request.encode)
    )
    writeProperties(root, request.properties, was?.properties ?? emptyRequest.properties)
    writeSchedule(root, request.schedule, was?.schedule ?? null)
    writeResponse(root, request.response, was?.response ?? emptyRequest.response)
  }
  return file.text()
}

function writeProperties(
  root: YAMLMap<unknown, unknown>,
  properties: RequestProperties,
  was: RequestProperties
): void {
  if (isDeepStrictEqual(properties, was)) return
  const found: unknown = root.get('properties', true)
  const map = isMap(found) ? found : new YAMLMap<unknown, unknown>()
  const { payloadFormat, messageExpiry, userProperties, correlation } = properties
  setKey(
    map,
    'payloadFormat',
    payloadFormat === 'none' ? undefined : payloadFormat,
    payloadFormat === was.payloadFormat
  )
  for (const key of ['contentType', 'responseTopic'] as const)
    setKey(map, key, properties[key] || undefined, properties[key] === was[key])
  const seconds = /^(?:0|[1-9]\d{0,9})$/.test(messageExpiry) ? Number(messageExpiry) : messageExpiry
  setKey(
    map,
    'messageExpiry',
    messageExpiry === '' ? undefined : seconds,
    messageExpiry === was.messageExpiry
  )
  setKey(
    map,
    'correlationData',
    correlation.text === '' ? undefined : correlationOf(correlation),
    isDeepStrictEqual(correlation, was.correlation)
  )
  setKey(
    map,
    'userProperties',
    userProperties.length === 0 ? undefined : pairsNode(userProperties),
    isDeepStrictEqual(userProperties, was.userProperties)
  )
  if (map.items.length === 0) root.delete('properties')
  else if (map !== found) root.set('properties', map)
}

/** The format alone where it says all. */
function encodeNode({ format, schema, type }: Encoding): unknown {
  if (schema === undefined && type === undefined) return format
  const map = new YAMLMap()
  map.flow = true
  map.set('format', format)
  if (schema !== undefined) map.set('schema', textNode(schema))
  if (type !== undefined) map.set('type', textNode(type))
  return map
}

function correlationOf({ as, text }: RequestProperties['correlation']): unknown {
  if (as === 'text') return text
  const map = new YAMLMap()
  map.set(as, textNode(text))
  map.flow = true
  return map
}

/** A list of pairs, each on a line of its own. */
function pairsNode(pairs: RequestProperties['userProperties']): YAMLSeq {
  const list = new YAMLSeq()
  for (const { name, value } of pairs) {
    const line = new YAMLSeq()
    line.flow = true
    line.items = [textNode(name), textNode(value)]
    list.add(line)
  }
  return list
}
