import type { Settings } from '../../shared/contract/app'
import type { Api } from '../../shared/rpc/contract'
import type { ChecksState } from '../features/checks/checks.svelte'
import type { CollectionsState } from '../features/collections/collections.svelte'
import type { PublishState } from '../features/publish/publish.svelte'
import type { ReplayState } from '../features/replay/replay.svelte'
import type { RetainedState } from '../features/retained/retained.svelte'
import type { TransferState } from '../features/transfer/transfer.svelte'
import type { WatchPages } from '../features/watch/watch-pages'
import type { Actions } from '../state/actions.svelte'
import type { BrokerState } from '../state/broker.svelte'
import type { ConnectionsState } from '../state/connections.svelte'
import type { JobsState } from '../state/jobs.svelte'
import type { ProfilesState } from '../state/profiles.svelte'
import type { SchemasState } from '../state/schemas.svelte'
import type { SubtreeState } from '../state/subtree.svelte'
import type { CopyText } from '../ui/clipboard'
import type { Notify } from '../state/sentences'

/** The user's position in a connection or recording: a topic, and one of its recorded messages (null: the live one). */
export interface Place {
  topic: string
  messageId: number | null
}

/** What the state of a workspace needs from the app. */
export interface WorkspaceSession {
  readonly api: Api
  readonly notify: Notify
  readonly copyText: CopyText
  readonly jobs: JobsState
  readonly settings: { readonly value: Pick<Settings, 'topicPanel'> }
  /** The user's last or requested position, by connection or recording. */
  readonly places: Map<string, Place>
  /** The draft of the next message to publish on a connection. */
  draft(id: string): PublishState
}

/** What a rendered workspace needs in addition. */
export interface WorkspaceApp extends WorkspaceSession {
  readonly broker: BrokerState
  readonly connections: ConnectionsState
  readonly profiles: ProfilesState
  readonly schemas: SchemasState
  readonly transfer: TransferState
  readonly replays: ReplayState
  readonly subtree: SubtreeState
  readonly collections: CollectionsState
  readonly checks: Pick<ChecksState, 'ask'>
  readonly watching: Pick<WatchPages, 'ask'>
  readonly actions: Actions
  /** Incremented each time the process is reached. */
  readonly opened: number
  /** Incremented each time the user asks to go to a place. */
  readonly sought: number
  /** Shows a page of the tab in front. */
  showPage(page: 'board' | 'retained' | 'collections'): void
  /** Shows a topic of a connection, or one of its messages. */
  goTo(connectionId: string, topic: string, messageId: number | null): void
  /** The messages that a connection's broker retains, as of the last check. */
  retained(id: string): RetainedState
}
