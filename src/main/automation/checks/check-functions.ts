import type { CheckList } from '../../../shared/contract/checks'
import type { Words } from '../../../shared/contract/sentence'
import type { LocalSettings } from './broker-place'
import type { CheckResult, FileResult } from './result'
import type { SecretValue } from '../collections/variables'
import type { BrokerAddress } from './session'

/** The folder of an open collection. */
export interface CollectionPlace {
  id: string
  name: string
  directory: string
}

/** A run, as the main thread asks for it. */
export interface CheckRequest {
  id: string
  version: string
  /** In the order of the report. `only`: names of checks; null: all. */
  files: { path: string; shown: string; only: string[] | null }[]
  environment: string | null
  secrets: SecretValue[]
}

/** What has become of a file since the last news. */
export interface FileNews {
  /** Number of the file in the request. */
  index: number
  /** How many checks it will run; null: not known yet. */
  planned: number | null
  running: Pick<CheckResult, 'name' | 'check'> | null
  /** Those that have ended. */
  checks: CheckResult[]
  /** Set when the file is through, without its checks. */
  end: FileResult | null
}

/** What the main thread asks of the worker that runs checks. */
export interface CheckFunctions {
  list(input: { places: CollectionPlace[] }): Promise<CheckList>
  /** Begins a run. `ended` follows, whatever happens. */
  run(request: CheckRequest): void
  /** Ends a run; `ended` follows. */
  cancel(input: { id: string }): void
}

/** What the worker tells and asks the main thread. */
export interface CheckNews {
  /** At most every 100 ms for each run. */
  progress(news: { id: string; files: FileNews[] }): void
  /** `fault`: why it ended by itself. */
  ended(news: { id: string; fault: Words | null }): void
  /** Starts a broker of a run's own: its number and port, or the sentence that says why it did not start. */
  startBroker(settings: LocalSettings): Promise<{ number: number; port: number } | { fault: Words }>
  stopBroker(input: { number: number }): Promise<void>
  /** The broker of a profile; null: there is none of this name. */
  profile(input: { name: string }): Promise<BrokerAddress | null>
}
