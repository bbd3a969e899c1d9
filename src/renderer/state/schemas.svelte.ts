import type { SchemaInfo } from '../../shared/contract/decode'
import type { Api } from '../../shared/rpc/contract'

/** The schema library: the files used to decode Protobuf and Avro payloads. */
export class SchemasState {
  list = $state.raw<SchemaInfo[]>([])
  readonly #api: Api

  constructor(api: Api) {
    this.#api = api
  }

  /** Follows changes until the returned function is called. */
  start(): () => void {
    return this.#api.on('schemas.changed', (list) => (this.list = list))
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

  remove(name: string): Promise<void> {
    return this.#api.call('schemas.remove', { name })
  }
}
