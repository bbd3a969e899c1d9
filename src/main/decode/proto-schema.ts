import protobuf from 'protobufjs'
import descriptor from 'protobufjs/ext/descriptor.js'
import type { SchemaInfo } from '../../shared/contract/decode'
import type { SchemaFile } from './schema-file'

/** Message types by full name. */
export type ProtoTypes = Map<string, protobuf.Type>

/** Thrown for a schema file that cannot be used: says why, and on which line. */
export class SchemaError extends Error {
  constructor(readonly fault: NonNullable<SchemaInfo['fault']>) {
    super(fault.message)
  }
}

/**
 * Returns the message types that a `.proto` file declares, or those of a descriptor set. Imports are looked up in the library by name:
 * `common/unit.proto` matches `unit.proto`. Throws SchemaError.
 */
export function protoTypes(
  file: SchemaFile,
  source: boolean,
  library: ReadonlyMap<string, SchemaFile>
): ProtoTypes {
  return source ? fromSource(file, library) : fromDescriptors(file)
}

function fromSource(file: SchemaFile, library: ReadonlyMap<string, SchemaFile>): ProtoTypes {
  const root = new protobuf.Root()
  const parsed = new Set<string>()
  const parse = ({ name, bytes }: SchemaFile): void => {
    if (parsed.has(name)) return
    parsed.add(name)
    const text = Buffer.from(bytes).toString()
    const { imports = [], weakImports = [] } = parsedSource(text, name, root)
    for (const path of [...imports, ...weakImports]) addImport(path, text, name)
  }
  const addImport = (path: string, text: string, from: string): void => {
    const bundled = protobuf.common.get(path)
    if (bundled?.nested) {
      if (!parsed.has(path)) root.addJSON(bundled.nested)
      parsed.add(path)
      return
    }
    const found = library.get(path) ?? library.get(path.slice(path.lastIndexOf('/') + 1))
    if (!found) {
      const line = from === file.name ? lineOf(text, path) : null
      throw new SchemaError({ line, message: `${from}: import "${path}"`, missing: path })
    }
    parse(found)
  }
  // Parse the file alone first, to tell its own messages from imported ones.
  const text = Buffer.from(file.bytes).toString()
  const own = new protobuf.Root()
  parsedSource(text, file.name, own)
  parse(file)
  resolve(root, text)
  const names = new Set(typesIn(own).keys())
  return new Map([...typesIn(root)].filter(([name]) => names.has(name)))
}

function parsedSource(text: string, name: string, root: protobuf.Root): protobuf.IParserResult {
  try {
    return protobuf.parse(text, root, { keepCase: true })
  } catch (error) {
    const { message } = error as Error
    const line = /line (\d+)\)/.exec(message)?.[1]
    throw new SchemaError({
      line: line === undefined ? null : Number(line),
      message: `${name}: ${message.replace(/ \((?:[^()]*, )?line \d+\)$/, '')}`,
      missing: null
    })
  }
}

function resolve(root: protobuf.Root, text: string): void {
  try {
    root.resolveAll()
  } catch (error) {
    const { message } = error as Error
    const unknown = /no such (?:type|Type or Enum|Type|Enum)[^:]*: \.?(\S+)|no such [^']*'([^']+)'/.exec(
      message
    )
    const name = unknown?.[1] ?? unknown?.[2]
    throw new SchemaError({ line: name === undefined ? null : lineOf(text, name), message, missing: null })
  }
}

function fromDescriptors({ bytes }: SchemaFile): ProtoTypes {
  const root = protobuf.Root as typeof protobuf.Root & {
    fromDescriptor(set: unknown): protobuf.Root
  }
  try {
    const set = descriptor.FileDescriptorSet.decode(bytes)
    const made = root.fromDescriptor(set)
    made.resolveAll()
    const found = typesIn(made)
    if (found.size === 0) throw new Error('no messages')
    return found
  } catch (error) {
    throw new SchemaError({ line: null, message: (error as Error).message, missing: null })
  }
}

/** Collects every message below a namespace in declaration order, by full name without the leading dot. */
function typesIn(namespace: protobuf.NamespaceBase, found: ProtoTypes = new Map()): ProtoTypes {
  for (const nested of namespace.nestedArray) {
    if (nested instanceof protobuf.Type) found.set(nested.fullName.slice(1), nested)
    if (nested instanceof protobuf.Namespace) typesIn(nested, found)
  }
  return found
}

/** The first line, from 1, that contains a text; null if there is none. */
function lineOf(text: string, sought: string): number | null {
  const at = text.indexOf(sought)
  return at < 0 ? null : text.slice(0, at).split('\n').length
}
