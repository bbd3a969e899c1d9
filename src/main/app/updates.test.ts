import { expect, it, vi } from 'vitest'
import type { ConnectionState, ConnectionStatus } from '../../shared/contract/connections'
import { AppError } from '../../shared/errors'
import { noUpdates, updateCalls } from './updates'

function given(states: ConnectionState[], isBrokerRunning: boolean) {
  const updates = { ...noUpdates, download: vi.fn(noUpdates.download), install: vi.fn(noUpdates.install) }
  const calls = updateCalls(updates, {
    connections: () => states.map((state) => ({ state }) as ConnectionStatus),
    isBrokerRunning: () => isBrokerRunning
  })
  return { updates, calls }
}

it.each([
  [['online'], false, { connections: 1, broker: false }],
  [['reconnecting', 'connecting', 'offline'], false, { connections: 2, broker: false }],
  [[], true, { connections: 0, broker: true }]
] as const)(
  'refuses to download or install while connections are %j, broker running: %j',
  async (states, broker, details) => {
    const { updates, calls } = given([...states], broker)
    for (const call of ['updates.download', 'updates.install'] as const) {
      await expect(async () => calls[call]({ whileRecording: false })).rejects.toEqual(
        new AppError('RECORDING', details)
      )
      await calls[call]({ whileRecording: true })
    }
    expect(updates.download).toHaveBeenCalledOnce()
    expect(updates.install).toHaveBeenCalledOnce()
  }
)

it('downloads and installs if nothing is being recorded', async () => {
  const { updates, calls } = given(['offline', 'failed'], false)
  await calls['updates.download']({ whileRecording: false })
  await calls['updates.install']({ whileRecording: false })
  expect(updates.download).toHaveBeenCalledOnce()
  expect(updates.install).toHaveBeenCalledOnce()
})
