import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { emptyRequest, type CollectionList, type SavedRequest } from '../../../shared/contract/collections'
import type { PublishResult } from '../../../shared/contract/messages'
import { AppError } from '../../../shared/errors'
import { Decoders } from '../../decode/decoders'
import { schemaCheck } from '../../decode/schema-check'
import { SchemaFiles } from '../../decode/schema-files'
import { encodeText } from '../../encode/encode'
import { keyFileBox } from '../../profiles/secrets'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { Collections } from './collections'
import type { ReadyMessage } from './to-message'

const result: PublishResult = { outcome: 'sent', packetId: null, milliseconds: 1, reasonCode: null, size: 0 }

/** A JSON Schema that is bound to `lamps/+`. */
const LAMP = `{
  "type": "object",
  "required": ["on"],
  "properties": { "on": { "type": "boolean" }, "level": { "type": "integer", "maximum": 100 } },
  "additionalProperties": false
}`
const decoders = new Decoders(new SchemaFiles([{ name: 'lamp.json', bytes: Buffer.from(LAMP) }]), [
  { filter: 'lamps/+', decoder: { format: 'json', schema: 'lamp.json' } }
])

/** Collections on a data directory, and what they published. */
export async function stage(
  dataDirectory = temporaryFolder(),
  chooseFolder: (() => Promise<string | null>) | null = null
) {
  const published: ReadyMessage[] = []
  const opened: string[] = []
  let online = true
  let capture: (values: { name: string; value: string }[]) => void = () => undefined
  let latest: CollectionList | null = null
  const collections = new Collections({
    dataDirectory,
    box: keyFileBox(dataDirectory),
    env: { PLANT_KEY: 'from the process' },
    profileSecrets: () => ({ password: '{{token}}' }),
    chooseFolder,
    isOnline: () => online,
    publish: (_connection, message) => {
      if (!online) return Promise.reject(new AppError('NOT_CONNECTED', { name: 'Plant' }))
      published.push(message)
      return Promise.resolve(result)
    },
    encode: (text, encoding) => Promise.resolve(encodeText(text, encoding, new SchemaFiles([]))),
    check: (_connection, topic, payload) => Promise.resolve(schemaCheck(decoders, topic, payload)),
    ask: (_connection, _id, message, _expected, captured) => {
      published.push(message)
      capture = captured
      return Promise.resolve()
    },
    changed: (list) => (latest = list),
    opened: (id) => opened.push(id),
    runScript: () => Promise.reject(new Error('no script runs here')),
    scriptsChanged: () => undefined,
    failed: (error) => {
      throw error
    }
  })
  await collections.load()
  onTestFinished(() => collections.stop())
  const calls = collections.calls()
  const own = join(dataDirectory, 'collections')
  const file = (path: string): string => readFileSync(join(own, path), 'utf8')
  const save = async (name: string, changes: Partial<SavedRequest> = {}, parent = ''): Promise<string> => {
    const request = { ...emptyRequest, topic: 'a', ...changes }
    return (await calls['collections.create']({ collection: 'default', parent, name, request })).path
  }
  const list = async (id = 'default') =>
    (await calls['collections.list'](undefined)).collections.find((each) => each.id === id)!
  return {
    ...{ dataDirectory, collections, calls, own, file, save, list, published, opened },
    latest: () => latest,
    /** An answer of which values were captured. */
    answer: (name: string, value: string) => capture([{ name, value }]),
    setOnline: (now: boolean) => (online = now),
    /** Paths of the items, as they are listed. */
    paths: async (id?: string) => (await list(id)).items.map(({ path }) => path),
    text: async (path: string, request: SavedRequest | null = null) => {
      const outcome = await calls['collections.publish']({
        collection: 'default',
        path,
        connectionId: 'c',
        request
      })
      return 'faults' in outcome ? outcome.faults : new TextDecoder().decode(published.at(-1)!.payload)
    }
  }
}
