import { readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Words } from '../../../shared/contract/sentence'
import { SchemaFiles } from '../../decode/schema-files'
import { isInside } from '../collections/item-path'
import { bounded } from './bounded'
import { isMap, shown } from './json'
import { at, said } from './said'

/** Bytes of a schema file. */
const MAX_BYTES = 5_000_000

/** JSON Schemas, and schemas of decoders, from files beside the checks. */
export class Schemas {
  private readonly compiled = new Map<unknown, ValidateFunction>()
  private decoders: SchemaFiles | null = null

  /** `files` are those of decoders, which may import each other. */
  constructor(
    private readonly directory: string,
    private readonly files: readonly string[]
  ) {}

  /** How a value offends against a JSON Schema, or null. Throws for a schema that cannot be used. */
  fault(value: unknown, schema: unknown): Words | null {
    const validate = this.validator(schema)
    if (bounded(() => validate(value))) return null
    const [error] = validate.errors ?? []
    return at(
      error?.instancePath ?? '',
      said('failure_schema', { fault: error?.message ?? 'is not valid', value: shown(value) })
    )
  }

  /** Throws for files that cannot be read. */
  forDecoders(): SchemaFiles {
    this.decoders ??= new SchemaFiles(
      this.files.map((name) => ({ name: name.split('/').at(-1)!, bytes: this.read(name) }))
    )
    return this.decoders
  }

  private validator(schema: unknown): ValidateFunction {
    const known = this.compiled.get(schema)
    if (known) return known
    try {
      const given: unknown = typeof schema === 'string' ? JSON.parse(this.read(schema).toString()) : schema
      if (!isMap(given) && typeof given !== 'boolean') throw new Error('it is not an object')
      const ajv = new Ajv2020({ strict: false, allErrors: false, logger: false, validateFormats: false })
      // Schemas of older drafts name theirs, which this validator reads as well for what they have in common.
      const { $schema: _draft, ...rest } = isMap(given) ? given : { $schema: '' }
      const validate = bounded(() => ajv.compile(isMap(given) ? rest : given))
      this.compiled.set(schema, validate)
      return validate
    } catch (error) {
      throw new Error(`the schema cannot be used: ${(error as Error).message}`, { cause: error })
    }
  }

  /** A file in the directory. */
  private read(name: string): Buffer {
    const path = name.replace(/^\.\//, '')
    if (!isInside(path)) throw new Error(`${name} is outside of the folder of the checks`)
    const full = realpathSync(join(this.directory, path))
    if (!full.startsWith(realpathSync(this.directory) + sep))
      throw new Error(`${name} is outside of the folder of the checks`)
    const stats = statSync(full)
    if (!stats.isFile() || stats.size > MAX_BYTES)
      throw new Error(`${name} is no file of at most ${MAX_BYTES} bytes`)
    return readFileSync(full)
  }
}
