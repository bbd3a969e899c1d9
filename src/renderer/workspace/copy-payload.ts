import type { HistoryRef } from '../../shared/contract/histories'
import { asText } from '../features/publish/payload'
import { m } from '../paraglide/messages'
import { sentenceFor } from '../state/sentences'
import type { WorkspaceSession } from './workspace-session'

/**
 * Copies a payload as the tree shows it: as text, or as hex digits if it is not text.
 *
 * @param id the recorded message; null: the topic's last one
 */
export async function copyPayload(
  { api, notify, copyText }: Pick<WorkspaceSession, 'api' | 'notify' | 'copyText'>,
  history: HistoryRef,
  topic: string,
  id: number | null
): Promise<void> {
  const raw = { history, decoder: { format: 'raw' as const } }
  try {
    const view = await (id === null
      ? api.call('topics.get', { ...raw, topic })
      : api.call('messages.get', { ...raw, id }))
    if (view?.body.format !== 'raw') return notify('bad', m.inspect_message_gone())
    const { text, hex } = asText(view.body.bytes)
    if (await copyText(text)) notify('good', hex ? m.topics_copied_hex() : m.topics_copied_payload())
  } catch (error) {
    notify('bad', sentenceFor(error))
  }
}
