import type { DecoderBinding } from '../../shared/contract/decode'
import { Decoders } from '../decode/decoders'
import { SchemaFiles } from '../decode/schema-files'
import { SchemaStore } from '../profiles/schema-store'

/** The decoders of a profile, with the schemas of its data directory; without one, detection only. */
export async function decodersOf(
  directory: string | null,
  bindings: readonly DecoderBinding[]
): Promise<Decoders> {
  if (directory === null) return new Decoders(new SchemaFiles([]), [])
  const store = new SchemaStore(directory)
  await store.peek()
  return new Decoders(new SchemaFiles(store.list()), bindings)
}
