import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import mqtt, { type MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defaultProfile } from '../../shared/contract/profiles'
import type { WatchEntry, WatchRule } from '../../shared/contract/watch'
import { createPeer, type Peer } from '../../shared/rpc/peer'
import { portChannel } from '../../shared/rpc/port'
import { Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { createConnection } from './connection'
import type { ConnectionFunctions } from './connection-functions'

const WITHIN = { timeout: 20_000, interval: 20 }
const CONNECTION = { connectionId: 'p' }

let directory: string
let broker: Mosquitto
let connection: Peer<ConnectionFunctions>
let ports: MessageChannel
let told: WatchEntry[]
let device: MqttClient

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'treetop-'))
  broker = new Mosquitto()
  if (mosquittoInstalled) await broker.start()
})
afterEach(async () => {
  await device.endAsync(true)
  await close()
  await broker.remove()
  rmSync(directory, { recursive: true, force: true })
})

function rule(changes: Partial<WatchRule>): WatchRule {
  return {
    ...{ id: 'r', name: 'Any', on: true, filter: '#', condition: { kind: 'changed', path: '' }, again: 0 },
    ...{ tellBack: true, actions: { notify: true, mark: true, publish: null, check: null } },
    ...changes
  }
}

/** Opens a connection as its worker does, with rules, and waits until it is subscribed to everything. */
async function open(version: 4 | 5, rules: WatchRule[]): Promise<void> {
  told = []
  ports = new MessageChannel()
  let isReady = false
  connection = createPeer<ConnectionFunctions>(portChannel(ports.port1), {
    status: ({ state, subscriptions }: { state: string; subscriptions: { code: number | null }[] }) => {
      isReady = state === 'online' && subscriptions.every(({ code }) => code !== null)
    },
    stats: () => undefined,
    watchStates: () => undefined,
    watchTold: (entries: WatchEntry[]) => void told.push(...entries)
  })
  const historyPath = join(directory, 'p.db')
  createConnection(portChannel(ports.port2), { profileId: 'p', generation: 1, historyPath })
  connection.notify('setWatchRules', rules)
  const profile = {
    ...defaultProfile('p'),
    ...{ id: 'p', name: 'p', host: '127.0.0.1', port: broker.port, version },
    ...{ subscriptions: [{ filter: '#', qos: 1 as const }], secrets: { password: null, key: null } }
  }
  await connection.call('connect', { profile, secrets: { password: null, key: null } })
  await vi.waitFor(() => expect(isReady).toBe(true), WITHIN)
}

async function close(): Promise<void> {
  await connection.call('shutDown', null)
  ports.port1.close()
}

const toldOf = (kind: WatchEntry['kind']): WatchEntry[] => told.filter((entry) => entry.kind === kind)

describe.skipIf(!mosquittoInstalled)('watch rules in a connection', () => {
  it.each([4, 5] as const)(
    'see what is recorded, but not what they publish themselves (version %d)',
    async (version) => {
      device = await mqtt.connectAsync({ port: broker.port, protocolVersion: version })
      await device.publishAsync('plant/kept', 'old', { retain: true, qos: 1 })
      const publish = { topic: 'seen/{{topic}}', payload: '{{value}}', qos: 1, retain: false } as const
      await open(version, [rule({ actions: { notify: false, mark: true, publish, check: null } })])
      await device.publishAsync('plant/a', '1', { qos: 1 })
      await device.publishAsync('plant/a', '2', { qos: 1 })
      await vi.waitFor(() => expect(toldOf('published')).toHaveLength(1), WITHIN)
      await device.publishAsync('plant/a', '3', { qos: 1 })
      await vi.waitFor(() => expect(toldOf('published')).toHaveLength(2), WITHIN)
      // What it published has come back, has changed, and was recorded.
      const seen = await connection.call('last', { topic: 'seen/plant/a' })
      expect(seen).toMatchObject({ id: expect.any(Number) as number })
      expect(toldOf('fired').map(({ topic, value }) => [topic, value])).toEqual([
        ['plant/a', '2'],
        ['plant/a', '3']
      ])
      const marks = await connection.call('watch.marks', { ...CONNECTION, from: null, to: null, limit: 10 })
      expect(marks.map(({ value }) => value)).toEqual(['3', '2'])
    }
  )

  it('remember over a restart what has fired, and watch topics that were known before for silence', async () => {
    device = await mqtt.connectAsync({ port: broker.port })
    const rules = [
      rule({
        id: 'hot',
        filter: 'plant/+',
        condition: {
          ...{ kind: 'beyond', path: '/t', comparison: 'above', limit: 80, upper: 0 },
          ...{ text: '', hysteresis: 0, for: 0 }
        }
      }),
      rule({ id: 'silent', filter: 'plant/+', condition: { kind: 'silent', after: 2 } })
    ]
    await open(5, rules)
    await device.publishAsync('plant/a', '{"t": 90}', { qos: 1 })
    await vi.waitFor(() => expect(told.map(({ ruleId }) => ruleId)).toEqual(['hot', 'silent']), WITHIN)
    await close()

    await open(5, rules)
    const states = async (): Promise<number[]> =>
      (await connection.call('watch.states', CONNECTION)).states.map(({ firing }) => firing)
    expect(await states()).toEqual([1, 1])
    await device.publishAsync('plant/a', '{"t": 91}', { qos: 1 })
    await vi.waitFor(
      () =>
        expect(told.map(({ ruleId, kind }) => `${ruleId} ${kind}`)).toEqual(['silent back', 'silent fired']),
      WITHIN
    )
    expect(await states()).toEqual([1, 1])
    const { entries } = await connection.call('watch.log', {
      ...CONNECTION,
      ruleId: 'silent',
      before: null,
      limit: 10
    })
    expect(entries.map(({ kind }) => kind)).toEqual(['fired', 'back', 'fired'])
  })
})
