import { LEARN_CLIENTS } from '../../shared/lessons'
import { LearnerClient } from './learner-client'
import type { BrokerPeer } from './learn-broker'

/** Id of the client that clears retained messages. */
const CLEANER = 'learn-cleaner'

/**
 * Removes sessions of the learner's absent clients and retained messages of lessons, as any client can: by connecting with a clean session,
 * and with empty retained messages. A program that is still running keeps its connection.
 */
export async function cleanUp(
  place: { host: string; port: number },
  broker: BrokerPeer,
  retained: () => Promise<string[]>
): Promise<void> {
  const plan = { clean: true, keepAlive: 60 }
  for (const { id } of LEARN_CLIENTS) {
    const known = await broker.call('clients.get', { clientId: id })
    if (!known || known.row.connected) continue
    const client = new LearnerClient(id, plan, () => place)
    await client.connect()
    await client.disconnect()
  }
  const topics = await retained()
  if (topics.length === 0) return
  const cleaner = new LearnerClient(CLEANER, plan, () => place)
  await cleaner.connect()
  if (cleaner.isConnected)
    for (const topic of topics) cleaner.publish({ topic, payload: '', qos: 0, retain: true })
  // DISCONNECT follows the messages.
  await cleaner.disconnect()
}
