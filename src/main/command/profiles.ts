import { existsSync } from 'node:fs'
import { historyPath } from '../history/path'
import { Misuse } from './command'

interface Named {
  id: string
  name: string
}

/** The profile with a name or id. Throws Misuse. */
export function namedProfile<P extends Named>(profiles: readonly P[], wanted: string, directory: string): P {
  checkThere(profiles, directory)
  const found = profiles.filter(({ name }) => name === wanted)
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(', ')
    throw new Misuse(`There are ${found.length} profiles named "${wanted}". Give one of their ids: ${ids}.`)
  }
  const profile = found[0] ?? profiles.find(({ id }) => id === wanted)
  if (!profile) throw new Misuse(`There is no profile "${wanted}". Profiles: ${namesOf(profiles)}.`)
  return profile
}

/** The only profile that has recorded anything, or the only one. Throws Misuse. */
export function onlyProfile<P extends Named>(profiles: readonly P[], directory: string): P {
  checkThere(profiles, directory)
  const recorded = profiles.filter(({ id }) => existsSync(historyPath(directory, id)))
  const [only, ...others] = recorded.length > 0 ? recorded : profiles
  if (only && others.length === 0) return only
  throw new Misuse(`Choose a profile with --profile. Profiles: ${namesOf(profiles)}.`)
}

function checkThere(profiles: readonly Named[], directory: string): void {
  if (profiles.length === 0) throw new Misuse(`There are no profiles in ${directory}. Is --data-dir right?`)
}

function namesOf(profiles: readonly Named[]): string {
  return profiles.map(({ name }) => `"${name}"`).join(', ')
}
