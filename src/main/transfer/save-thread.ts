import type { RecordingOrigin } from '../../shared/contract/recordings'
import { copyHistory } from '../history/copy'

/** A history to be copied, and the empty file for it. */
export interface CopyJob {
  source: string
  target: string
  origin: RecordingOrigin
}

/** What a thread answers to that saves one recording. */
export interface SaveFunctions {
  /** What comes of it is told. */
  copy(job: CopyJob): Promise<void>
}

/** What the thread tells. */
export interface SaveListener {
  /** How many bytes are to be copied, before they are. */
  expect(bytes: number): void
  done(copied: { messages: number }): void
  /** In SQLite's or the system's own words. */
  failed(reason: string): void
}

type Tell = <K extends keyof SaveListener>(what: K, told: Parameters<SaveListener[K]>[0]) => void

export function createSaveThread(tell: Tell): SaveFunctions {
  return {
    async copy({ source, target, origin }) {
      try {
        tell('done', await copyHistory(source, target, origin, (bytes) => tell('expect', bytes)))
      } catch (error) {
        tell('failed', error instanceof Error ? error.message : String(error))
      }
    }
  }
}
