import type { SchemaInfo } from '../../shared/contract/decode'
import type { Api } from '../../shared/rpc/contract'

/** The schema library: the files used to decode Protobuf and Avro payloads, and to check JSON. */
export class SchemasState {
  list = $state.raw<SchemaInfo[]>([])
  readonly #api: Api
  /** JSON Schemas that were read; undefined: it is being read, or is not JSON. */
  readonly #json = new Map<string, unknown>()

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#api.on('schemas.changed', (list) => {
      this.list = list
      this.#json.clear()
    })
  }

  async load(): Promise<void> {
    this.list = await this.#api.call('schemas.list')
  }

  /** Adds files, replacing those of the same name. Returns the added ones that are unusable. Throws INVALID_INPUT, FILE_UNWRITABLE. */
  async add(files: readonly File[]): Promise<SchemaInfo[]> {
    const read = await Promise.all(
      files.map(async (file) => ({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) }))
    )
    const list = await this.#api.call('schemas.add', { files: read })
    this.list = list
    const names = new Set(read.map(({ name }) => name))
    return list.filter(({ name, fault }) => names.has(name) && fault)
  }

  /** A JSON Schema; undefined at first, while it is being read, and if there is none of this name. */
  json(name: string): unknown {
    if (!this.#json.has(name) && this.list.some((each) => each.name === name && each.kind === 'json')) {
      this.#json.set(name, undefined)
      this.#api.call('schemas.text', { name }).then(
        (text) => this.#json.set(name, parsed(text)),
        () => this.#json.delete(name)
      )
    }
    return this.#json.get(name)
  }

  remove(name: string): Promise<void> {
    return this.#api.call('schemas.remove', { name })
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
