import type { CollectionList } from '../../../shared/contract/collections'
import type { PublishResult } from '../../../shared/contract/messages'
import type { SecretBox } from '../../profiles/secrets'
import type { ReadyMessage } from './to-message'
import type { RunScript } from './with-script'

/** What collections need from around. */
export interface CollectionParts {
  dataDirectory: string
  /** Encrypts secrets; null: they cannot be stored. */
  box: SecretBox | null
  env: Readonly<Record<string, string | undefined>>
  /** Desktop: asks for a folder. */
  chooseFolder: (() => Promise<string | null>) | null
  isOnline: (connectionId: string) => boolean
  publish: (connectionId: string, message: ReadyMessage) => Promise<PublishResult>
  changed: (list: CollectionList) => void
  /** A folder that the user chose is open. */
  opened: (id: string) => void
  failed: (error: unknown) => void
  runScript: RunScript
  /** Files or variables may have changed. */
  scriptsChanged: () => void
}
