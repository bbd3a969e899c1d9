import type { SpawnWorker } from '../../worker'
import type { Check, CheckFile } from './check-file'
import type { CheckResult } from './result'
import type { BrokerAddress } from './session'

/** How checks are run. */
export interface RunOptions {
  /** In place of the broker that files name. */
  broker: string | null
  environment: string | null
  /** Values that come before all others. */
  variables: Readonly<Record<string, string>>
  /** Checks whose names or tags do not fit are left out. */
  filter: (file: CheckFile, check: Check, name: string) => boolean
  bail: boolean
  repeat: number
  /** Folder for recordings of failed checks; null: none are written. */
  artifacts: string | null
  processEnvironment: NodeJS.ProcessEnv
  spawn: SpawnWorker
  version: string
  /** The broker of a profile, by its name; null: there is no such profile. */
  profile: (name: string) => Promise<BrokerAddress | null>
  onCheck: (file: CheckFile, result: CheckResult) => void
}
