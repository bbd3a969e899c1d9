import { isDeepStrictEqual } from 'node:util'
import { isMap, YAMLMap, type Pair } from 'yaml'
import type { FileFault, Variable } from '../../../shared/contract/collections'
import { setKey, YamlFile } from './yaml-file'

/** A variable as its file holds it. A secret's value is in no file. */
export type StoredVariable = Pick<Variable, 'name' | 'kind' | 'value'>

/** A variable as it is stored: a secret without its value. */
export function storedVariable({ name, kind, value }: StoredVariable): StoredVariable {
  return { name, kind, value: kind === 'secret' ? '' : value }
}

/** The content of a `collection.yaml` or `folder.yaml`. */
export interface Settings {
  name: string | null
  order: number | null
  variables: StoredVariable[]
  environments: { name: string; variables: StoredVariable[] }[]
  faults: FileFault[]
}

/** Reads the file of a collection or (`folder`) of a folder in it. Never throws. */
export function readSettings(file: string, text: string, folder: boolean): Settings {
  const read = YamlFile.read(file, text)
  const settings: Settings = { name: null, order: null, variables: [], environments: [], faults: read.faults }
  if (!read.usable) return settings
  for (const [key, pair] of read.entries()) {
    const value = read.plain(pair.value)
    if (key === 'name' && typeof value === 'string') settings.name = value
    else if (key === 'order' && typeof value === 'number' && folder) settings.order = value
    else if (key === 'name' || (key === 'order' && folder))
      read.wrongType(pair, key, key === 'name' ? 'text' : 'number')
    else if (key === 'variables' && !folder) settings.variables = variablesOf(read, pair, key)
    else if (key === 'environments' && !folder) {
      if (!isMap(pair.value)) read.wrongType(pair, key, '{name: {variable: text}}')
      settings.environments = read
        .entries(pair.value)
        .map(([name, inner]) => ({ name, variables: variablesOf(read, inner, `environments.${name}`) }))
    } else read.unknownKey(pair, key)
  }
  return settings
}

function variablesOf(file: YamlFile, pair: Pair<unknown, unknown>, key: string): StoredVariable[] {
  if (pair.value === null) return []
  if (!isMap(pair.value)) {
    if (file.plain(pair.value) !== null) file.wrongType(pair, key, '{variable: text}')
    return []
  }
  const found: StoredVariable[] = []
  for (const [name, inner] of file.entries(pair.value)) {
    const variable = variableOf(name, file.plain(inner.value))
    if (variable) found.push(variable)
    else file.wrongType(inner, `${key}.${name}`, 'text, {secret: true}, {env: NAME}')
  }
  return found
}

function variableOf(name: string, value: unknown): StoredVariable | null {
  if (value === null) return { name, kind: 'text', value: '' }
  if (typeof value === 'object') {
    const { secret, env } = value as { secret?: unknown; env?: unknown }
    if (secret === true) return { name, kind: 'secret', value: '' }
    return typeof env === 'string' ? { name, kind: 'env', value: env } : null
  }
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? { name, kind: 'text', value: String(value) }
    : null
}

export type SettingsChange = Partial<Pick<Settings, 'name' | 'order' | 'variables' | 'environments'>>

/** The text of the file after a change; null if the file has a fault. Comments, unknown keys, and what stays the same are kept. */
export function writeSettings(before: string, change: SettingsChange, folder: boolean): string | null {
  const old = readSettings('', before, folder)
  if (old.faults.some(({ warning }) => !warning)) return null
  const file = YamlFile.read('', before)
  const { root } = file
  const { name, order, variables, environments } = change
  if (typeof name === 'string') setKey(root, 'name', name, old.name === name)
  if (typeof order === 'number') setKey(root, 'order', order, old.order === order)
  if (variables) putVariables(root, 'variables', variables, old.variables)
  if (environments && !isDeepStrictEqual(environments, old.environments)) {
    const map = mapAt(root, 'environments')
    const names = environments.map((each) => each.name)
    for (const each of old.environments) if (!names.includes(each.name)) map.delete(each.name)
    for (const { name, variables } of environments) {
      const was = old.environments.find((each) => each.name === name)?.variables
      if (was === undefined) map.set(name, new YAMLMap())
      putVariables(map, name, variables, was ?? [])
    }
    if (map.items.length === 0) root.delete('environments')
  }
  return file.text()
}

function mapAt(parent: YAMLMap<unknown, unknown>, key: string): YAMLMap<unknown, unknown> {
  const found = parent.get(key, true)
  if (isMap(found)) return found
  const map = new YAMLMap<unknown, unknown>()
  parent.set(key, map)
  return map
}

function putVariables(
  parent: YAMLMap<unknown, unknown>,
  key: string,
  variables: readonly StoredVariable[],
  was: readonly StoredVariable[]
): void {
  if (isDeepStrictEqual(variables, was)) return
  const map = mapAt(parent, key)
  for (const { name } of was) if (!variables.some((each) => each.name === name)) map.delete(name)
  for (const variable of variables) {
    const old = was.find(({ name }) => name === variable.name)
    setKey(map, variable.name, valueOf(variable), isDeepStrictEqual(old, variable))
  }
}

function valueOf({ kind, value }: StoredVariable): unknown {
  if (kind === 'text') return value
  const map = new YAMLMap()
  map.flow = true
  map.set(kind, kind === 'secret' ? true : value)
  return map
}
