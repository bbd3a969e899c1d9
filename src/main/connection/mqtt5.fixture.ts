import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { expect, onTestFinished, vi } from 'vitest'
import { noProperties, type PublishProperties, type UserProperty } from '../../shared/composed-properties'
import type { ConnectionStatus } from '../../shared/contract/connections'
import { defaultProfile, type Profile } from '../../shared/contract/profiles'
import type { Qos } from '../../shared/message'
import { createPeer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { openForReading } from '../history/schema'
import { createConnection } from './connection'
import type { ConnectionFunctions } from './connection-functions'

export const WITHIN = { timeout: 20_000, interval: 20 }
export const none: PublishProperties = { ...noProperties(), topicAlias: null }
/** A name that repeats, and one that an object would put first. */
export const userProperties: UserProperty[] = [
  { name: 'b', value: '1' },
  { name: 'a', value: '2' },
  { name: 'b', value: '3' },
  { name: '7', value: '4' }
]

interface Recorded {
  name: string
  payload: string
  retain: number
  out: boolean
  properties: unknown
}

/** An open connection, as its worker has it, and what it recorded. */
export async function connected(port: number, change: Partial<Profile>) {
  const directory = mkdtempSync(join(tmpdir(), 'treetop-mqtt5-'))
  const historyPath = join(directory, 'p.db')
  const { port1, port2 } = new MessageChannel()
  let status: ConnectionStatus | null = null
  const ignored = (): void => undefined
  const peer = createPeer<ConnectionFunctions>(portChannel(port1), {
    status: (next: ConnectionStatus) => void (status = next),
    ...{ stats: ignored, cleared: ignored, job: ignored, frame: ignored }
  })
  createConnection(portChannel(port2), { profileId: 'p', generation: 1, historyPath })
  onTestFinished(async () => {
    await peer.call('shutDown', null)
    port1.close()
    rmSync(directory, { recursive: true })
  })
  const profile: Profile = {
    ...defaultProfile('treetop-test'),
    ...{ id: 'p', name: 'Plant', host: '127.0.0.1', port, reconnect: false, subscriptions: [] },
    ...{ secrets: { password: null, key: null } },
    ...change
  }
  await peer.call('connect', { profile, secrets: { password: null, key: null } })
  await vi.waitFor(() => {
    expect(status?.state).toBe('online')
    expect(status?.subscriptions.every(({ code }) => code !== null)).toBe(true)
  }, WITHIN)
  return {
    peer,
    status: () => status!,
    publish: (topic: string, properties: Partial<PublishProperties>, qos: Qos = 0) =>
      peer.call('messages.publish', {
        ...{ connectionId: 'p', topic, qos, retain: false, payload: new TextEncoder().encode('on') },
        properties: { ...none, ...properties }
      }),
    async recorded(): Promise<Recorded[]> {
      await peer.call('settle', null)
      const database = openForReading(historyPath)
      const rows = database
        .prepare(
          `SELECT name, CAST(payload AS TEXT) AS payload, retain, direction, properties
           FROM message JOIN topic ON topic.id = topic_id ORDER BY message.id`
        )
        .all() as { name: string; payload: string; retain: number; direction: number; properties: string }[]
      database.close()
      return rows.map(({ direction, properties, ...row }) => ({
        ...row,
        out: direction === 1,
        properties: JSON.parse(properties) as unknown
      }))
    }
  }
}

export async function listening(
  onsocket: (socket: Socket) => void
): Promise<{ server: Server; port: number }> {
  const server = createServer(onsocket).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { server, port: (server.address() as AddressInfo).port }
}
