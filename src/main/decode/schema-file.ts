/** A file of the schema library, as stored on disk. */
export interface SchemaFile {
  name: string
  bytes: Uint8Array
}
