import type { Type as AvroType } from 'avsc'
import type { Type as ProtobufType } from 'protobufjs'
import type { SchemaInfo } from '../../shared/contract/decode'
import { avroType, fingerprintOf } from './avro-schema'
import { DecodeError } from './fault'
import { formatJson } from './json'
import { protoTypes, SchemaError, type ProtoTypes } from './proto-schema'
import type { SchemaFile } from './schema-file'

type Compiled = { proto: ProtoTypes } | { avro: AvroType } | { fault: NonNullable<SchemaInfo['fault']> }

/** The schema library for decoders: each file is compiled when first needed. */
export class SchemaFiles {
  private readonly compiled = new Map<string, Compiled>()
  private readonly byName: Map<string, SchemaFile>
  private fingerprints: Map<string, AvroType> | null = null

  constructor(files: readonly SchemaFile[]) {
    this.byName = new Map(files.map((file) => [file.name, file]))
  }

  /** Lists the library's files by name. */
  describe(): SchemaInfo[] {
    return [...this.byName.values()]
      .sort((a, b) => a.name.localeCompare(b.name))
      .map(({ name, bytes }) => {
        const compiled = this.compile(name)!
        const fault = 'fault' in compiled ? compiled.fault : null
        const types =
          'proto' in compiled
            ? [...compiled.proto.keys()]
            : 'avro' in compiled
              ? [compiled.avro.name ?? compiled.avro.typeName]
              : []
        return { name, kind: kindOf(name), size: bytes.length, types, fault }
      })
  }

  /** Returns a message type. Throws SCHEMA_MISSING, SCHEMA_BROKEN, TYPE_UNKNOWN. */
  protobuf(name: string, type: string): ProtobufType {
    const compiled = this.usable(name)
    const found = 'proto' in compiled ? compiled.proto.get(type) : undefined
    if (!found) throw new DecodeError({ code: 'TYPE_UNKNOWN', place: null, detail: type })
    return found
  }

  /** Throws SCHEMA_MISSING, SCHEMA_BROKEN. */
  avro(name: string): AvroType {
    const compiled = this.usable(name)
    if (!('avro' in compiled)) throw new DecodeError({ code: 'SCHEMA_BROKEN', place: null, detail: name })
    return compiled.avro
  }

  /** Finds an Avro schema in the library by its fingerprint (see fingerprintOf). */
  avroBy(fingerprint: string): AvroType | null {
    this.fingerprints ??= new Map(
      [...this.byName.keys()].flatMap((name) => {
        if (kindOf(name) !== 'avro') return []
        const compiled = this.compile(name)!
        return 'avro' in compiled ? [[fingerprintOf(compiled.avro), compiled.avro]] : []
      })
    )
    return this.fingerprints.get(fingerprint) ?? null
  }

  private usable(name: string): Exclude<Compiled, { fault: unknown }> {
    const compiled = this.compile(name)
    if (!compiled) throw new DecodeError({ code: 'SCHEMA_MISSING', place: null, detail: name })
    if ('fault' in compiled) throw new DecodeError({ code: 'SCHEMA_BROKEN', place: null, detail: name })
    return compiled
  }

  private compile(name: string): Compiled | null {
    const file = this.byName.get(name)
    if (!file) return null
    const known = this.compiled.get(name)
    if (known) return known
    const compiled = this.compileFile(file)
    this.compiled.set(name, compiled)
    return compiled
  }

  private compileFile(file: SchemaFile): Compiled {
    try {
      if (kindOf(file.name) === 'avro') return { avro: avroType(Buffer.from(file.bytes).toString()) }
      return { proto: protoTypes(file, kindOf(file.name) === 'proto', this.byName) }
    } catch (error) {
      if (error instanceof SchemaError) return { fault: error.fault }
      return { fault: { line: faultLine(file), message: (error as Error).message, missing: null } }
    }
  }
}

/** The line of a JSON syntax error, from 1; null if there is none. */
function faultLine({ bytes }: SchemaFile): number | null {
  const json = formatJson(bytes)
  return json.kind === 'fault' ? Buffer.from(bytes).toString().slice(0, json.offset).split('\n').length : null
}

function kindOf(name: string): SchemaInfo['kind'] {
  const lower = name.toLowerCase()
  return lower.endsWith('.proto') ? 'proto' : lower.endsWith('.avsc') ? 'avro' : 'descriptors'
}
