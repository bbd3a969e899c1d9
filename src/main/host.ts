import type { Shell } from './app/app-calls'
import type { Updates } from './app/updates'
import type { SpawnProcess } from './process'
import type { SecretBox } from './profiles/secrets'

/** What differs between the desktop and browser mode. */
export interface Host {
  kind: 'desktop' | 'browser'
  /** Desktop: whether pages run in Chromium's sandbox. */
  sandboxed?: boolean
  /** Encrypts secrets; null: they cannot be stored. */
  secrets: SecretBox | null
  /** Desktop: asks where to save; resolves to null when the user cancels. Browser: absent, because the export is downloaded. */
  chooseExportFile?(suggestedName: string): Promise<string | null>
  /** Desktop: asks which recording to open; resolves to null when the user cancels. Browser: absent, because the page sends the file. */
  chooseRecordingFile?(): Promise<string | null>
  /** Desktop: asks for an empty folder; resolves to null when the user cancels. Browser: absent, because the page names the folder. */
  chooseFolder?(): Promise<string | null>
  /** Desktop: starts a process of Electron's own, because its binary does not run as Node (docs/SECURITY.md). Browser: one of Node. */
  spawnProcess?: SpawnProcess
  /** Desktop only. */
  shell?: Shell
  /** Desktop: finds, downloads and installs newer versions. */
  updates?: Updates
}
