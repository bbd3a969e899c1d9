import { dirname, join } from 'node:path'
import { readText } from '../collections/read-text'
import { COLLECTION_FILE } from '../collections/item-path'
import { readSettings, type Settings, type StoredVariable } from '../collections/settings-file'
import { MAX_FILE_BYTES } from '../collections/yaml-file'
import type { RunOptions } from './run-options'
import { said } from './said'
import { BadFile, fileProblem } from './sentences'

/** Folders above a file in which its collection is looked for. */
const MAX_LEVELS = 16

/** The collection that a file of checks is in. */
export interface AroundFile {
  /** The folder of the collection, or of the file. */
  root: string
  variables: StoredVariable[]
  environments: string[]
}

/** The variables of the collection around a file, with those of an environment. Throws BadFile for a collection that cannot be used. */
export async function collectionAround(
  path: string,
  options: Pick<RunOptions, 'environment' | 'secret'>
): Promise<AroundFile> {
  let folder = dirname(path)
  for (let level = 0; level < MAX_LEVELS; level++) {
    const read = await readText(join(folder, COLLECTION_FILE), MAX_FILE_BYTES)
    if (!('text' in read) || read.text !== null) {
      const file = join(folder, COLLECTION_FILE)
      if (!('text' in read)) throw new BadFile([{ file, line: null, sentence: said('failure_collection') }])
      const settings = readSettings(file, read.text!, false)
      const faults = settings.faults.filter(({ warning }) => !warning)
      if (faults.length > 0) throw new BadFile(faults.map(fileProblem))
      return {
        root: folder,
        variables: chosen(settings, folder, options),
        environments: settings.environments.map(({ name }) => name)
      }
    }
    const above = dirname(folder)
    if (above === folder) break
    folder = above
  }
  return { root: dirname(path), variables: [], environments: [] }
}

/** The variables that hold, those of the environment last. Secrets have their values. */
function chosen(
  { variables, environments }: Settings,
  folder: string,
  { environment, secret }: Pick<RunOptions, 'environment' | 'secret'>
): StoredVariable[] {
  const valued = (list: readonly StoredVariable[], of: string | null): StoredVariable[] =>
    list.map((variable) =>
      variable.kind === 'secret'
        ? { ...variable, value: secret({ folder, environment: of, name: variable.name }) ?? '' }
        : variable
    )
  const active = environments.find(({ name }) => name === environment)
  return [...valued(variables, null), ...(active ? valued(active.variables, active.name) : [])]
}
