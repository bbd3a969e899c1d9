import { z } from 'zod'
import { Qos } from '../message'
import { SchemaCheck } from './decode'
import { call } from './define'
import { Encoding } from './encode'
import { PublishResult } from './messages'
import { RequestResponse, RequestSchedule } from './request-schedule'
import { CapturedValue, SentContent } from './requests'
import { TemplateFault } from './template-fault'

/** How a payload is written in its file. JSON is sent exactly as written. */
export const PayloadFormat = z.enum(['text', 'json', 'hex', 'base64'])
export type PayloadFormat = z.infer<typeof PayloadFormat>

/**
 * MQTT 5 PUBLISH properties of a saved message (MQTT 5.0, 3.3.2.3), as they are typed. All texts may contain variables. What is empty is
 * not sent.
 */
export const RequestProperties = z.object({
  payloadFormat: z.enum(['none', 'bytes', 'text']),
  contentType: z.string(),
  /** Seconds. */
  messageExpiry: z.string(),
  responseTopic: z.string(),
  correlation: z.object({ as: z.enum(['text', 'hex', 'base64']), text: z.string() }),
  /** In order; a name may occur more than once [MQTT-3.3.2-18]. */
  userProperties: z.array(z.object({ name: z.string(), value: z.string() })).max(1_000, 'TOO_MANY')
})
export type RequestProperties = z.infer<typeof RequestProperties>

/** A saved message. Topic, payload and properties may contain variables and generators in double braces. */
export const SavedRequest = z.object({
  topic: z.string(),
  payload: z.string(),
  format: PayloadFormat,
  /** The payload is JSON, whatever `format` says, and is encoded when it is sent; null: it is sent as it is written. */
  encode: Encoding.nullable(),
  qos: Qos,
  retain: z.boolean(),
  properties: RequestProperties,
  /** Script that runs before it is published: relative to the message's folder, or from the collection's with a leading `/`; '': none. */
  script: z.string(),
  /** null: it is published by hand only. */
  schedule: RequestSchedule.nullable(),
  response: RequestResponse
})
export type SavedRequest = z.infer<typeof SavedRequest>

/** A message of which nothing is typed yet. */
export const emptyRequest: SavedRequest = {
  topic: '',
  payload: '',
  format: 'text',
  encode: null,
  qos: 0,
  retain: false,
  properties: {
    payloadFormat: 'none',
    contentType: '',
    messageExpiry: '',
    responseTopic: '',
    correlation: { as: 'text', text: '' },
    userProperties: []
  },
  script: '',
  schedule: null,
  response: { timeout: '', answers: '', capture: [] }
}

/** What is wrong with a file of a collection. */
export const FileFault = z.object({
  /** Relative to the collection's folder. */
  file: z.string(),
  line: z.int().nullable(),
  /** The file can still be used. */
  warning: z.boolean(),
  code: z.enum([
    'NOT_YAML',
    'NOT_A_MAP',
    'UNKNOWN_KEY',
    'WRONG_TYPE',
    'NO_TOPIC',
    'NO_CONNECTION',
    'ALIASES',
    'TOO_LARGE',
    'TOO_LONG',
    'TOO_DEEP',
    'TOO_MANY',
    'TOO_MUCH',
    'UNREADABLE'
  ]),
  /** The key that is meant. */
  key: z.string(),
  /** What would be right, or what the reader says. */
  detail: z.string()
})
export type FileFault = z.infer<typeof FileFault>

/** A variable's value: a text, one kept in the keyring under the variable's name, or one of the process's environment. */
export const Variable = z.object({
  name: z.string(),
  kind: z.enum(['text', 'secret', 'env']),
  /** The text, or the name of the environment variable; empty for a secret. */
  value: z.string(),
  /** A secret or environment variable has a value on this computer. */
  known: z.boolean()
})
export type Variable = z.infer<typeof Variable>

export const Environment = z.object({ name: z.string(), variables: z.array(Variable) })
export type Environment = z.infer<typeof Environment>

/** A folder, a saved message, a simulator or a script. */
export const CollectionItem = z.object({
  /** Relative to the collection's folder, separated by `/`. */
  path: z.string(),
  /** Path of the folder that it is in; empty: the collection itself. */
  parent: z.string(),
  kind: z.enum(['folder', 'request', 'simulator', 'script']),
  name: z.string(),
  /** Of a message script: its filters. */
  topic: z.string(),
  /** Start of the payload in one line. */
  preview: z.string(),
  qos: Qos,
  retain: z.boolean(),
  faults: z.array(FileFault)
})
export type CollectionItem = z.infer<typeof CollectionItem>

export const Collection = z.object({
  id: z.string(),
  name: z.string(),
  directory: z.string(),
  /** It is the one in the data directory, which cannot be closed. */
  isDefault: z.boolean(),
  /** Depth first, in their order. */
  items: z.array(CollectionItem),
  variables: z.array(Variable),
  environments: z.array(Environment),
  /** Of answers since Treetop was started. They come before variables of the same name. */
  captured: z.array(CapturedValue),
  /** Faults of the folder and of its `collection.yaml`. */
  faults: z.array(FileFault)
})
export type Collection = z.infer<typeof Collection>

export const CollectionList = z.object({
  collections: z.array(Collection),
  /** Name of the active environment, of all collections that have one of this name. */
  environment: z.string().nullable()
})
export type CollectionList = z.infer<typeof CollectionList>

/** A message as it would be sent. Secrets are masked. */
export const MessagePreview = z.object({
  topic: z.string(),
  /** As text, or as hex digits. */
  payload: z.string(),
  /** An encoded payload as its decoder shows it; null: it is not encoded, or contains a secret. */
  decoded: z.string().nullable(),
  /** Bytes. */
  size: z.int(),
  /** Its name as MQTT names it, and its value. */
  properties: z.array(z.tuple([z.string(), z.string()])),
  faults: z.array(TemplateFault),
  /** The payload against its JSON Schema; null: the connection's profile binds none to the topic. */
  check: SchemaCheck.nullable()
})
export type MessagePreview = z.infer<typeof MessagePreview>

/** What came of a publish: the broker's answer and the message, or the faults for which nothing was sent. */
export const RequestOutcome = z.union([
  z.object({ topic: z.string(), result: PublishResult, sent: SentContent }),
  z.object({ faults: z.array(TemplateFault).min(1) })
])
export type RequestOutcome = z.infer<typeof RequestOutcome>

const OfCollection = z.object({ collection: z.string() })
const Item = OfCollection.extend({ path: z.string().min(1) })
const Asked = Item.extend({ connectionId: z.string(), request: SavedRequest.nullable() })
const Name = z.string().trim().min(1, 'REQUIRED').max(200, 'TOO_LONG')
const Path = z.object({ path: z.string() })

/** All throw NOT_FOUND, FILE_UNREADABLE and FILE_UNWRITABLE. */
export const collectionCalls = {
  'collections.list': call('main', z.void(), CollectionList),
  /**
   * Opens a folder, also an empty one. The desktop asks for it instead, whatever the page names: the call then returns null at once, and
   * `collections.opened` follows. Throws INVALID_INPUT.
   */
  'collections.open': call(
    'main',
    z.object({ directory: z.string().nullable() }),
    z.object({ id: z.string() }).nullable()
  ),
  /** Leaves its files as they are. */
  'collections.close': call('main', OfCollection, z.void()),
  /** null: the file is not one that can be used; its faults are in the list. */
  'collections.request': call('main', Item, SavedRequest.nullable()),
  'collections.create': call(
    'main',
    OfCollection.extend({ parent: z.string(), name: Name, request: SavedRequest }),
    Path
  ),
  'collections.save': call('main', Item.extend({ request: SavedRequest }), z.void()),
  'collections.createFolder': call('main', OfCollection.extend({ parent: z.string(), name: Name }), Path),
  /** Renames its file, too, unless a person gave it a name of its own. */
  'collections.rename': call('main', Item.extend({ name: Name }), Path),
  'collections.duplicate': call('main', Item.extend({ name: Name }), Path),
  /** Moves an item into a folder, before the item `before`; null: to its end. Throws INVALID_INPUT for a folder into itself. */
  'collections.move': call('main', Item.extend({ parent: z.string(), before: z.string().nullable() }), Path),
  /** The item can be brought back until Treetop ends. */
  'collections.remove': call('main', Item, z.object({ undo: z.string() })),
  'collections.undo': call('main', z.object({ undo: z.string() }), Path.extend(OfCollection.shape)),
  /** `connectionId`: where it would be published to, whose schemas check it. */
  'collections.preview': call(
    'main',
    OfCollection.extend({ path: z.string(), request: SavedRequest, connectionId: z.string().nullable() }),
    MessagePreview
  ),
  /** Publishes a saved message, or (`request`) one that is being edited. Throws what `messages.publish` throws. */
  'collections.publish': call('main', Asked, RequestOutcome),
  /** Publishes it as a request: `requests.changed` reports its answer under the given id. Throws what `requests.send` throws. */
  'collections.ask': call(
    'main',
    Asked.extend({ id: z.string() }),
    z.union([z.object({ sent: SentContent }), z.object({ faults: z.array(TemplateFault) })])
  ),
  /** Forgets the values that were captured for a collection. */
  'collections.forgetCaptured': call('main', OfCollection, z.void()),
  'collections.setEnvironment': call('main', z.object({ name: z.string().nullable() }), z.void()),
  /** `name` null: the collection keeps its name. */
  'collections.setVariables': call(
    'main',
    OfCollection.extend({
      name: Name.nullable(),
      variables: z.array(Variable),
      environments: z.array(Environment)
    }),
    z.void()
  ),
  /** Keeps a secret in the keyring; null removes it. Throws INVALID_INPUT if there is no keyring. */
  'collections.setSecret': call(
    'main',
    OfCollection.extend({
      environment: z.string().nullable(),
      name: z.string().min(1),
      value: z.string().nullable()
    }),
    z.void()
  )
}

export const collectionEvents = {
  'collections.changed': CollectionList,
  /** The user chose a folder, which is open now. */
  'collections.opened': z.object({ id: z.string() })
}
