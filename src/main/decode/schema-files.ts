import type { Type as AvroType } from 'avsc'
import type { Type as ProtobufType } from 'protobufjs'
import type { JsonCheck, SchemaInfo } from '../../shared/contract/decode'
import { avroType, fingerprintOf } from './avro-schema'
import { DecodeError } from './fault'
import { formatJson } from './json'
import { isSchema, jsonSchema, type JsonSchema, type SchemaValue } from './json-schema'
import { protoTypes, SchemaError, type ProtoTypes } from './proto-schema'
import type { SchemaFile } from './schema-file'

type Compiled =
  | { proto: ProtoTypes }
  | { avro: AvroType }
  | { json: JsonSchema; title: unknown }
  | { fault: NonNullable<SchemaInfo['fault']> }

/** Characters of a text beyond which only the first violation is looked for. */
const LONG_TEXT = 200_000
/** Characters of a text up to which a schema of ordinary extent takes no noticeable time. */
const SHORT_TEXT = 10_000

/** The schema library for decoders: each file is compiled when first needed. */
export class SchemaFiles {
  private readonly compiled = new Map<string, Compiled>()
  private readonly byName: Map<string, SchemaFile>
  private fingerprints: Map<string, AvroType> | null = null
  /** The JSON Schemas, which may refer to each other. */
  private jsonFiles: Record<string, SchemaValue> | null = null

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
        return { name, kind: kindOf(name), size: bytes.length, types: typesOf(compiled), fault }
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

  /** Checks a JSON text against a JSON Schema. Never throws. */
  checkJson(name: string, text: string): JsonCheck {
    try {
      const compiled = this.usable(name)
      const how = { first: text.length > LONG_TEXT, short: text.length <= SHORT_TEXT }
      if ('json' in compiled)
        return { violations: compiled.json.violations(JSON.parse(text), how), fault: null }
    } catch (error) {
      if (error instanceof DecodeError) return { violations: [], fault: error.fault }
      // It takes too long, or never ends because it refers to itself. Each message would cost as much.
      this.compiled.set(name, {
        fault: faultOf(`A payload could not be checked: ${(error as Error).message}.`)
      })
    }
    return { violations: [], fault: { code: 'SCHEMA_BROKEN', place: null, detail: name } }
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
      const kind = kindOf(file.name)
      if (kind === 'avro') return { avro: avroType(Buffer.from(file.bytes).toString()) }
      if (kind === 'json') return this.compileJson(file)
      return { proto: protoTypes(file, kind === 'proto', this.byName) }
    } catch (error) {
      if (error instanceof SchemaError) return { fault: error.fault }
      return { fault: faultOf((error as Error).message, faultLine(file)) }
    }
  }

  private compileJson({ name, bytes }: SchemaFile): Compiled {
    this.jsonFiles ??= jsonFilesOf(this.byName)
    const schema: unknown = JSON.parse(Buffer.from(bytes).toString())
    const { [name]: _self, ...others } = this.jsonFiles
    const title = isSchema(schema) && typeof schema === 'object' ? schema['title'] : undefined
    return { json: jsonSchema(schema, others), title }
  }
}

function typesOf(compiled: Compiled): string[] {
  if ('proto' in compiled) return [...compiled.proto.keys()]
  if ('avro' in compiled) return [compiled.avro.name ?? compiled.avro.typeName]
  return 'json' in compiled && typeof compiled.title === 'string' ? [compiled.title] : []
}

/** Those that are not JSON have a fault of their own. */
function jsonFilesOf(files: ReadonlyMap<string, SchemaFile>): Record<string, SchemaValue> {
  const found: Record<string, SchemaValue> = {}
  for (const { name, bytes } of files.values()) {
    if (kindOf(name) !== 'json' || formatJson(bytes).kind !== 'json') continue
    const schema: unknown = JSON.parse(Buffer.from(bytes).toString())
    if (isSchema(schema)) found[name] = schema
  }
  return found
}

function faultOf(message: string, line: number | null = null): NonNullable<SchemaInfo['fault']> {
  return { line, message, missing: null }
}

/** The line of a JSON syntax error, from 1; null if there is none. */
function faultLine({ bytes }: SchemaFile): number | null {
  const json = formatJson(bytes)
  return json.kind === 'fault' ? Buffer.from(bytes).toString().slice(0, json.offset).split('\n').length : null
}

function kindOf(name: string): SchemaInfo['kind'] {
  const lower = name.toLowerCase()
  if (lower.endsWith('.proto')) return 'proto'
  if (lower.endsWith('.avsc')) return 'avro'
  return lower.endsWith('.json') ? 'json' : 'descriptors'
}
