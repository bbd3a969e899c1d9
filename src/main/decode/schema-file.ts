/** A file of the schema library, as it is on the disk. */
export interface SchemaFile {
  name: string
  bytes: Uint8Array
}
