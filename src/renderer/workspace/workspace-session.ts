import type { Api } from '../../shared/rpc/contract'
import type { PublishState } from '../features/publish/publish.svelte'
import type { RetainedState } from '../features/retained/retained.svelte'
import type { TransferState } from '../features/transfer/transfer.svelte'
import type { Actions } from '../state/actions.svelte'
import type { ConnectionsState } from '../state/connections.svelte'
import type { JobsState } from '../state/jobs.svelte'
import type { ProfilesState } from '../state/profiles.svelte'
import type { SchemasState } from '../state/schemas.svelte'
import type { CopyText } from '../ui/clipboard'

/** Where the person is in a connection or recording: a topic, and one of its recorded messages (null: the live one). */
export interface Place {
  topic: string
  messageId: number | null
}

/** What the state of a workspace needs of the app around it. */
export interface WorkspaceSession {
  readonly api: Api
  readonly notify: (tone: 'good' | 'bad', text: string) => void
  readonly copyText: CopyText
  readonly jobs: JobsState
  /** Where the person was, or wants to go, by connection or recording. */
  readonly places: Map<string, Place>
  /** The message that is being written to a connection. */
  draft(id: string): PublishState
}

/** What a workspace on the screen needs besides. */
export interface WorkspaceApp extends WorkspaceSession {
  readonly connections: ConnectionsState
  readonly profiles: ProfilesState
  readonly schemas: SchemasState
  readonly transfer: TransferState
  readonly actions: Actions
  /** Counts the times that the process was reached. */
  readonly opened: number
  /** Counts the times that the person asked for a place. */
  readonly sought: number
  /** What a connection's broker retains, as it was looked up last. */
  retained(id: string): RetainedState
}
