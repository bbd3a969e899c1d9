import type { Moment } from '../../shared/contract/moments'
import type { RecordingOrigin } from '../../shared/contract/recordings'
import { copyHistory } from '../history/copy'

/** A history to copy, and the empty target file. */
export interface CopyJob {
  source: string
  target: string
  origin: RecordingOrigin
  flag: Moment | null
}

/** Functions of a thread that saves one recording. */
export interface SaveFunctions {
  /** Reports the result through the listener. */
  copy(job: CopyJob): Promise<void>
}

/** Events from the thread. */
export interface SaveListener {
  /** Number of bytes to copy, sent before copying starts. */
  expect(bytes: number): void
  done(copied: { messages: number }): void
  /** With the original message of SQLite or the system. */
  failed(reason: string): void
}

type Tell = <K extends keyof SaveListener>(what: K, told: Parameters<SaveListener[K]>[0]) => void

export function createSaveThread(tell: Tell): SaveFunctions {
  return {
    async copy({ source, target, origin, flag }) {
      try {
        tell('done', await copyHistory(source, target, origin, (bytes) => tell('expect', bytes), flag))
      } catch (error) {
        tell('failed', error instanceof Error ? error.message : String(error))
      }
    }
  }
}
