import { z } from 'zod'
import { PayloadFormat, TextEncoding } from '../../../shared/contract/decode'
import { EncodingFormat } from '../../../shared/contract/encode'
import { as, properties, qos, userProperties } from './format-parts'
import { isMap } from './json'
import { must } from './said'
import {
  anything,
  duration,
  fields,
  oneOf,
  oneOrMany,
  pass,
  plainText,
  text,
  texts,
  truth,
  whole
} from './values'

/** What the broker answers to a message. */
const answer = fields({
  reason: anything.optional(),
  reasonString: anything.optional(),
  within: duration.optional(),
  none: truth.optional()
})

const publish = fields({
  as,
  /** A saved message of the collection, of which the other keys replace parts. */
  request: plainText.optional(),
  topic: text.optional(),
  /** A text; a map or list is sent as JSON. */
  payload: anything.optional(),
  format: oneOf('text', 'json', 'hex', 'base64').optional(),
  /** How a payload that is JSON is encoded. */
  encode: oneOf(...EncodingFormat.options).optional(),
  /** A file of the collection, and the message in it, to encode by. */
  schemaFile: text.optional(),
  type: text.optional(),
  qos: qos.optional(),
  retain: truth.optional(),
  properties: properties.optional(),
  answer: answer.optional()
})
export type Publish = z.infer<typeof publish>

const will = fields({
  topic: text,
  payload: anything.optional(),
  format: oneOf('text', 'json', 'hex', 'base64').optional(),
  qos: qos.optional(),
  retain: truth.optional(),
  /** Seconds. */
  delay: whole(0, 4_294_967_295).optional(),
  properties: properties.optional()
})
export type Will = z.infer<typeof will>

/** How a client connects. */
const connection = {
  version: oneOf<string | number>(5, '5', '3.1.1', 3.1, '3.1').optional(),
  clientId: text.optional(),
  cleanStart: truth.optional(),
  /** Seconds. */
  sessionExpiry: whole(0, 4_294_967_295).optional(),
  keepAlive: whole(0, 65_535).optional(),
  username: text.optional(),
  password: text.optional(),
  will: will.optional(),
  receiveMaximum: whole(1, 65_535).optional(),
  maximumPacketSize: whole(1, 4_294_967_295).optional(),
  topicAliasMaximum: whole(0, 65_535).optional(),
  requestResponseInformation: truth.optional(),
  requestProblemInformation: truth.optional(),
  userProperties: userProperties.optional()
}
export const Connection = fields(connection)
export type Connection = z.infer<typeof Connection>

const connect = fields({
  as,
  ...connection,
  sessionPresent: truth.optional(),
  reason: anything.optional(),
  reasonString: anything.optional(),
  /** Of the CONNACK. */
  properties: z.record(z.string(), anything, must('failure_must_properties')).optional(),
  within: duration.optional()
})

const disconnect = fields({
  as,
  reason: anything.optional(),
  sessionExpiry: whole(0, 4_294_967_295).optional(),
  /** The connection is cut without DISCONNECT. */
  abrupt: truth.optional()
})

const subscribe = fields({
  as,
  filter: text,
  qos: qos.optional(),
  noLocal: truth.optional(),
  retainAsPublished: truth.optional(),
  retainHandling: oneOf(0, 1, 2).optional(),
  identifier: whole(1, 268_435_455).optional(),
  /** The granted QoS. */
  granted: qos.optional(),
  reason: anything.optional(),
  within: duration.optional()
})

const unsubscribe = fields({
  as,
  filter: text,
  reason: anything.optional(),
  within: duration.optional()
})

/** What a text or JSON is like. */
const content = {
  /** Parts of JSON, which may have more. */
  json: anything.optional(),
  /** The whole of it. */
  jsonEquals: anything.optional(),
  /** Values by JSONPath. */
  path: z
    .record(z.string(), anything, must('failure_must_map_like', { example: '{ $.temperature: 21 }' }))
    .optional(),
  /** A regular expression. */
  matches: text.optional(),
  /** JSON Schema: a map, or the name of a file. */
  schema: anything.optional()
}
export const Content = fields(content)
export type Content = z.infer<typeof Content>

const decoded = fields({
  as: oneOf(...PayloadFormat.exclude(['auto', 'raw']).options).optional(),
  encoding: oneOf(...TextEncoding.options).optional(),
  /** A file of the collection, and the message in it. */
  schemaFile: text.optional(),
  type: text.optional(),
  text: anything.optional(),
  ...content
})
export type Decoded = z.infer<typeof decoded>

const sparkplug = fields({
  metrics: z
    .record(z.string(), anything, must('failure_must_map_like', { example: '{ Temperature: 21.5 }' }))
    .optional(),
  seq: anything.optional(),
  timestamp: anything.optional()
})
export type Sparkplug = z.infer<typeof sparkplug>

/** Names of captured values, and where they are. */
const capture = z.record(z.string(), text, must('failure_must_map_like', { example: '{ id: $.id }' }))

const expectation = fields({
  as,
  topic: text.optional(),
  payload: anything.optional(),
  ...content,
  hex: text.optional(),
  base64: text.optional(),
  size: anything.optional(),
  decoded: decoded.optional(),
  sparkplug: sparkplug.optional(),
  qos: qos.optional(),
  retain: truth.optional(),
  dup: truth.optional(),
  properties: z.record(z.string(), anything, must('failure_must_properties')).optional(),
  count: anything.optional(),
  within: duration.optional(),
  none: truth.optional(),
  capture: capture.optional()
})
export type Expectation = z.infer<typeof expectation>

const expectationGroup = fields({
  as,
  ordered: truth.optional(),
  within: duration.optional(),
  messages: z.array(expectation, must('failure_must_messages'))
})

const expectedEnd = fields({
  as,
  within: duration.optional(),
  disconnect: fields({ reason: anything.optional(), reasonString: anything.optional() }).nullable()
})

/** What must come: messages in any order or in theirs, or the end of a connection. */
export type Expect =
  | { kind: 'messages'; ordered: boolean; within: number | undefined; messages: Expectation[] }
  | { kind: 'end'; end: z.infer<typeof expectedEnd> }

const expect = z.unknown().transform((given, context): Expect => {
  const read = <T>(schema: z.ZodType<T>): T => {
    const found = schema.safeParse(given)
    if (!found.success) pass(found.error, context, [])
    return found.success ? found.data : z.NEVER
  }
  const is = (key: string): boolean => typeof given === 'object' && given !== null && key in given
  if (is('disconnect')) return { kind: 'end', end: read(expectedEnd) }
  if (!is('messages'))
    return { kind: 'messages', ordered: false, within: undefined, messages: read(oneOrMany(expectation)) }
  const group = read(expectationGroup)
  const { ordered = false, within, messages = [], as: client } = group as Partial<typeof group>
  const all = messages.map((each) =>
    each.as === undefined && client !== undefined ? { ...each, as: client } : each
  )
  return { kind: 'messages', ordered, within, messages: all }
})

const http = fields({
  method: oneOf('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS').optional(),
  url: text,
  headers: texts.optional(),
  body: text.optional(),
  json: anything.optional(),
  within: duration.optional(),
  expect: fields({
    status: anything.optional(),
    headers: z.record(z.string(), anything, must('failure_must_headers')).optional(),
    text: anything.optional(),
    ...content
  }).optional(),
  capture: capture.optional()
})

const run = fields({ file: plainText, with: texts.optional() })

/** A text stands for the map with this key. */
function shortFor<T>(key: string, schema: z.ZodType<T>): z.ZodType<T> {
  return z.preprocess((given) => (given === null ? {} : isMap(given) ? given : { [key]: given }), schema)
}

/** The steps of a check, by their key. */
export const steps = {
  publish: oneOrMany(publish),
  expect,
  subscribe: oneOrMany(shortFor('filter', subscribe)),
  unsubscribe: oneOrMany(shortFor('filter', unsubscribe)),
  connect: shortFor('as', connect),
  disconnect: shortFor('as', disconnect),
  wait: duration,
  http,
  run: shortFor('file', run)
}
export type StepKind = keyof typeof steps
export type StepInput<K extends StepKind> = z.infer<(typeof steps)[K]>

const list = z.array(z.unknown(), must('failure_must_steps'))

const check = fields({
  name: plainText,
  description: plainText.optional(),
  tags: z.array(plainText, must('failure_must_words')).optional(),
  /** Rows, or the name of a CSV or JSON file: the check runs once for each. */
  data: z.union([plainText, z.array(texts)], must('failure_must_rows')).optional(),
  timeout: duration.optional(),
  setup: list.optional(),
  steps: list,
  teardown: list.optional()
})

/** The whole of a file, with its steps unread. */
export const CheckFileFormat = fields({
  name: plainText.optional(),
  description: plainText.optional(),
  broker: anything.optional(),
  variables: anything.optional(),
  clients: z.record(z.string(), Connection, must('failure_must_clients')).optional(),
  schemas: z.array(plainText, must('failure_must_files')).optional(),
  timeout: duration.optional(),
  within: duration.optional(),
  setup: list.optional(),
  teardown: list.optional(),
  checks: z.array(check, must('failure_must_checks')).optional(),
  steps: list.optional()
})
