import { existsSync } from 'node:fs'
import type { Profile } from '../../../shared/contract/profiles'
import { filterFault } from '../../../shared/topic'
import type { Decoders } from '../../decode/decoders'
import { historyPath } from '../../history/path'
import { ProfileStore } from '../../profiles/profiles'
import { parseTime } from '../../transfer/time'
import { decodersOf } from '../decoders'
import { Refusal } from './refusal'

/** A profile with its recorded history. */
export interface Recorded {
  profile: Profile
  path: string
  decoders: Decoders
}

/** The profiles that an assistant may see, read from the data directory anew for each call. */
export class McpPlace {
  /** @param only names or ids; empty: all profiles */
  constructor(
    readonly directory: string,
    private readonly only: readonly string[]
  ) {}

  async profiles(): Promise<Profile[]> {
    const store = new ProfileStore(this.directory, null)
    await store.peek()
    const all = store.list()
    if (this.only.length === 0) return all
    return all.filter(({ id, name }) => this.only.includes(name) || this.only.includes(id))
  }

  /** The profile with an id or a name. Throws Refusal. */
  async profile(wanted: string): Promise<Profile> {
    const profiles = await this.profiles()
    const found = profiles.filter(({ id, name }) => id === wanted || name === wanted)
    if (found.length === 1) return found[0]!
    const names = profiles.map(({ name, id }) => `"${name}" (${id})`).join(', ')
    throw new Refusal(
      found.length === 0
        ? `There is no connection "${wanted}". Connections: ${names || 'none'}.`
        : `There are ${found.length} connections named "${wanted}". Use an id: ${found.map(({ id }) => id).join(', ')}.`
    )
  }

  /** The same with its history. Throws Refusal when it has recorded nothing. */
  async recorded(wanted: string): Promise<Recorded> {
    const profile = await this.profile(wanted)
    const path = historyPath(this.directory, profile.id)
    if (!existsSync(path)) throw new Refusal(`Nothing was recorded for "${profile.name}".`)
    return { profile, path, decoders: await decodersOf(this.directory, profile.decoders) }
  }
}

/** Opens, reads and closes. */
export function reading<R extends { close(): void }, T>(open: () => R, read: (reader: R) => T): T {
  const reader = open()
  try {
    return read(reader)
  } finally {
    reader.close()
  }
}

/** µs since 1970 UTC. Throws Refusal. */
export function timeOf(text: string | undefined): number | null {
  if (text === undefined) return null
  const time = parseTime(text)
  if (time === null) throw new Refusal(`"${text}" is not a time. Use ISO 8601, such as 2026-11-23T13:05:56Z.`)
  return time
}

/** Throws Refusal. */
export function filterOf(filter: string | undefined): string | null {
  if (filter === undefined) return null
  const fault = filterFault(filter)
  if (fault)
    throw new Refusal(`"${filter}" is not a topic filter (${fault}). One looks like plant/+/temp or plant/#.`)
  return filter
}

/** The id in a cursor of an earlier answer. Throws Refusal. */
export function cursorOf(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
  throw new Refusal(`"${cursor}" is not a cursor of an earlier answer.`)
}
