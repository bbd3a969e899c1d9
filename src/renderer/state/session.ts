import { createContext } from 'svelte'
import type { HistoryRef } from '../../shared/contract/histories'
import type { Api } from '../../shared/rpc/contract'
import type { Notify } from './sentences'
import type { SubtreeState } from './subtree.svelte'

/** What features need from the app. The shell provides it to every component. */
export interface Session {
  readonly api: Api
  readonly notify: Notify
  /** The copied subtree. */
  readonly subtree: SubtreeState
  /** Shows a topic of a connection or recording or, given an id, one of its messages. */
  goTo(historyId: string, topic: string, messageId?: number | null): void
  /** Shows the topics of the tab in front. */
  showTopics(): void
  /** Topics whose names contain a text, likeliest first. */
  suggestTopics(history: HistoryRef, text: string): Promise<string[]>
}

export const [useSession, provideSession] = createContext<Session>()
