import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { usesVariables } from '../../shared/profile-templates'
import { Captures } from '../automation/collections/captures'
import { CollectionFolder } from '../automation/collections/collection-folder'
import { resolved } from '../automation/collections/profile-variables'
import { VariableSecrets } from '../automation/collections/secrets'
import { Variables } from '../automation/collections/variables'
import { GeneratorMemory } from '../automation/template/memory'
import { Misuse, type CommandContext } from './command'
import type { Place } from './place'

interface Around extends Pick<CommandContext, 'environment' | 'secretBox'> {
  /** The data directory of the profile. */
  directory: string
  /** `--env`; undefined: the environment that is active in Treetop; null: none. */
  env: string | null | undefined
  /** Fields that options have set: they are taken as they stand. */
  literal?: readonly string[]
}

/** A profile with what its variables stand for. Throws Misuse and PROFILE_VARIABLES. */
export async function withVariables(place: Place, around: Around): Promise<Place> {
  const { directory, env, environment, secretBox, literal = [] } = around
  if (env === undefined && !usesVariables(place.profile, place.secrets)) return place
  const folder = await ownCollection(directory)
  const names = namesOf(folder)
  if (typeof env === 'string' && !names.includes(env))
    throw new Misuse(
      `There is no environment "${env}" in the collection of the data directory. ` +
        (names.length === 0
          ? 'It has none.'
          : `Environments: ${names.map((name) => `"${name}"`).join(', ')}.`)
    )
  const secrets = new VariableSecrets(directory, await secretBox(directory))
  await secrets.peek()
  const context = new Variables(secrets, environment, new Captures()).context(
    folder,
    env === undefined ? await activeIn(directory) : env,
    `profile ${place.profile.id}`,
    new Set()
  )
  return resolved(place, context, new GeneratorMemory({ random: Math.random, uuid: randomUUID }), literal)
}

/** Names of the environments that variables of profiles may be taken from. */
export async function environmentsIn(directory: string): Promise<string[]> {
  return namesOf(await ownCollection(directory))
}

/** The collection in a data directory. */
async function ownCollection(directory: string): Promise<CollectionFolder> {
  const folder = new CollectionFolder('default', join(directory, 'collections'), true)
  await folder.read()
  return folder
}

function namesOf({ content }: CollectionFolder): string[] {
  return content.settings.environments.map(({ name }) => name)
}

/** Name of the environment that is active in Treetop. */
async function activeIn(directory: string): Promise<string | null> {
  const text = await readFile(join(directory, 'collections.json'), 'utf8').catch(() => '{}')
  try {
    return z.object({ environment: z.string().nullable() }).parse(JSON.parse(text)).environment
  } catch {
    return null
  }
}
