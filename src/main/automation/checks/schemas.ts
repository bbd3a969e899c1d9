import { readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { Words } from '../../../shared/contract/sentence'
import { schemaWords } from '../../../shared/schema-words'
import { jsonSchema, type JsonSchema } from '../../decode/json-schema'
import { SchemaFiles } from '../../decode/schema-files'
import { isInside } from '../collections/item-path'
import { shown } from './json'
import { at, reasonOf, said, SaidError } from './said'

/** Bytes of a schema file. */
const MAX_BYTES = 5_000_000

/** JSON Schemas, and schemas of decoders, from files beside the checks. */
export class Schemas {
  private readonly compiled = new Map<unknown, JsonSchema>()
  private decoders: SchemaFiles | null = null

  /** `files` are those of decoders, which may import each other. */
  constructor(
    private readonly directory: string,
    private readonly files: readonly string[]
  ) {}

  /** How a value offends against a JSON Schema, or null. Throws for a schema that cannot be used. */
  fault(value: unknown, schema: unknown): Words | null {
    const [violation] = this.validator(schema).violations(value, { first: true })
    if (!violation) return null
    return at(
      violation.path,
      said('failure_schema', { fault: schemaWords(violation, said), value: shown(value) })
    )
  }

  /** Throws for files that cannot be read. */
  forDecoders(): SchemaFiles {
    this.decoders ??= new SchemaFiles(
      this.files.map((name) => ({ name: name.split('/').at(-1)!, bytes: this.read(name) }))
    )
    return this.decoders
  }

  private validator(schema: unknown): JsonSchema {
    const known = this.compiled.get(schema)
    if (known) return known
    try {
      const given: unknown = typeof schema === 'string' ? JSON.parse(this.read(schema).toString()) : schema
      const compiled = jsonSchema(given)
      this.compiled.set(schema, compiled)
      return compiled
    } catch (error) {
      throw new SaidError(said('failure_schema_unusable', { reason: reasonOf(error) }), { cause: error })
    }
  }

  /** A file in the directory. */
  private read(name: string): Buffer {
    const path = name.replace(/^\.\//, '')
    if (!isInside(path)) throw new SaidError(said('failure_outside_checks', { file: name }))
    const full = realpathSync(join(this.directory, path))
    if (!full.startsWith(realpathSync(this.directory) + sep))
      throw new SaidError(said('failure_outside_checks', { file: name }))
    const stats = statSync(full)
    if (!stats.isFile() || stats.size > MAX_BYTES)
      throw new SaidError(said('failure_no_small_file', { file: name, limit: MAX_BYTES }))
    return readFileSync(full)
  }
}
