import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultProfile, type ProfileFields } from '../src/shared/contract/profiles'
import type { z } from 'zod'

/** The only profile in the data directory of a case. */
export const PROFILE_ID = 'bench'
export const HISTORY = { kind: 'connection' as const, id: PROFILE_ID }

type Fields = z.infer<typeof ProfileFields>

/**
 * Writes profiles.json: one profile that connects to a local port at launch, subscribes to everything but `$SYS`, and keeps its history
 * without limits.
 */
export function writeProfile(dataDirectory: string, port: number, more: Partial<Fields> = {}): void {
  const fields = defaultProfile('treetop-bench')
  const profile = {
    ...fields,
    id: PROFILE_ID,
    name: 'Bench',
    host: '127.0.0.1',
    port,
    connectAtLaunch: true,
    subscriptions: [{ filter: '#', qos: 1 }],
    history: { maxMegabytes: null, maxDays: null, powerSafe: false },
    secrets: { password: null, key: null },
    ...more
  }
  mkdirSync(join(dataDirectory, 'history'), { recursive: true })
  writeFileSync(join(dataDirectory, 'profiles.json'), JSON.stringify({ format: 1, profiles: [profile] }))
}
