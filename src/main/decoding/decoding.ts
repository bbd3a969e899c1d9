import type { CallsOf, EventName, EventPayload } from '../../shared/contract'
import type { SchemaCheck, SchemaInfo } from '../../shared/contract/decode'
import type { Archive } from '../archive/archive'
import type { Connections } from '../connection/connections'
import type { ProfileStore } from '../profiles/profiles'
import type { SchemaStore } from '../profiles/schema-store'

interface Parts {
  profiles: ProfileStore
  schemas: SchemaStore
  connections: Connections
  archive: Archive
  historyPath: (profileId: string) => string
  emit: <N extends EventName>(name: N, payload: EventPayload<N>) => void
}

/** Sends the schema library and the profiles' bindings to the threads that decode, and serves the calls about them. */
export class Decoding {
  private described: Promise<SchemaInfo[]> = Promise.resolve([])

  constructor(private readonly parts: Parts) {}

  start(): void {
    const { profiles, schemas, emit } = this.parts
    void this.tell()
    profiles.onChange(() => void this.tell())
    schemas.onChange(() => {
      // If the thread ends meanwhile, its replacement is updated when it starts.
      this.tell().then(
        (infos) => emit('schemas.changed', infos),
        () => undefined
      )
    })
  }

  calls(): CallsOf<'main', 'schemas' | 'decoders' | 'encoding'> {
    const { profiles, schemas, archive } = this.parts
    return {
      // If the thread ends meanwhile, its replacement is updated when it starts.
      'schemas.list': () => this.described.catch(() => this.tell()),
      'schemas.add': async ({ files }) => {
        await schemas.add(files)
        return this.described
      },
      'schemas.text': ({ name }) => schemas.text(name),
      'schemas.check': ({ connectionId, topic, payload }) => this.check(connectionId, topic, payload),
      'schemas.remove': ({ name }) => schemas.remove(name),
      'encoding.encode': (input) => archive.peer().call('encode', input),
      'decoders.set': ({ profileId, decoders }) => profiles.setDecoders(profileId, decoders)
    }
  }

  /** Checks a payload against the JSON Schema that the profile of a connection binds to its topic; null: none. */
  check(connectionId: string, topic: string, payload: Uint8Array): Promise<SchemaCheck | null> {
    const { archive, historyPath } = this.parts
    return archive.peer().call('check', { path: historyPath(connectionId), topic, payload })
  }

  private tell(): Promise<SchemaInfo[]> {
    const { profiles, schemas, connections, archive, historyPath } = this.parts
    const files = schemas.list()
    const all = profiles.list()
    connections.setDecoding(files, new Map(all.map(({ id, decoders }) => [id, decoders])))
    const bindings = Object.fromEntries(all.map(({ id, decoders }) => [historyPath(id), decoders]))
    this.described = archive.setDecoding({ schemas: files, bindings })
    this.described.catch(() => undefined)
    return this.described
  }
}
