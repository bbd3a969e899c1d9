import type { ConnectionStatus } from '../../shared/contract/connections'
import type { HistoryRef } from '../../shared/contract/histories'
import type { Recording } from '../../shared/contract/recordings'

/** The tab in front: a connection or a recording. */
export interface Tab {
  id: string
  history: HistoryRef
  /** null for a recording. */
  status: ConnectionStatus | null
  /** null for a connection. */
  recording: Recording | null
}
