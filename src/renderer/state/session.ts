import { createContext } from 'svelte'
import type { HistoryRef } from '../../shared/contract/histories'
import type { Api } from '../../shared/rpc/contract'

/** What features need of the app around them. The shell provides it to every component. */
export interface Session {
  readonly api: Api
  notify(tone: 'good' | 'bad', text: string): void
  /** Shows a topic of a connection or recording, or (with an id) one of its messages. */
  goTo(historyId: string, topic: string, messageId?: number | null): void
  /** Shows the topics of the tab in front. */
  showTopics(): void
  /** Topics that have a text in their names, the likeliest first. */
  suggestTopics(history: HistoryRef, text: string): Promise<string[]>
}

export const [useSession, provideSession] = createContext<Session>()
