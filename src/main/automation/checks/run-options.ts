import type { LocalBroker, LocalSettings } from './broker-place'
import type { Check, CheckFile } from './check-file'
import type { CheckResult, FileResult } from './result'
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
  version: string
  /** Starts a broker with nothing in it. Throws an error whose message is a sentence. */
  startBroker: (settings: LocalSettings) => Promise<LocalBroker>
  /** The broker of a profile, by its name; null: there is no such profile. */
  profile: (name: string) => Promise<BrokerAddress | null>
  /** A value of the keyring; null: there is none. */
  secret: (wanted: WantedSecret) => string | null
  onCheck: (file: CheckFile, result: CheckResult) => void
  /** Tells more of how the run goes on. */
  follow?: RunFollower
}

/** A variable whose value is in a keyring: of a collection's folder, and of one of its environments (null: of all). */
export interface WantedSecret {
  folder: string
  environment: string | null
  name: string
}

/** Hears how a run goes on. */
export interface RunFollower {
  /** A file's turn has come, and these checks of it will run. */
  onFile: (file: CheckFile, planned: number) => void
  onBegin: (file: CheckFile, check: Pick<CheckResult, 'name' | 'check'>) => void
  onFileEnd: (index: number, result: FileResult) => void
}
