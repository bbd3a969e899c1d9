import { expect, it, vi } from 'vitest'
import type { ConnectionState, ConnectionStatus } from '../../shared/contract/connections'
import type { PageSession } from '../../shared/rpc/contract'
import { AppError } from '../../shared/errors'
import { noUpdates, updateHandlers } from './updates'

const session = { emit: () => undefined, onClose: () => undefined } as unknown as PageSession

function given(states: ConnectionState[], isBrokerRunning: boolean) {
  const updates = { ...noUpdates, download: vi.fn(noUpdates.download), install: vi.fn(noUpdates.install) }
  const handlers = updateHandlers(updates, {
    connections: () => states.map((state) => ({ state }) as ConnectionStatus),
    isBrokerRunning: () => isBrokerRunning
  })
  return { updates, handlers }
}

it.each([
  [['online'], false, { connections: 1, broker: false }],
  [['reconnecting', 'connecting', 'offline'], false, { connections: 2, broker: false }],
  [[], true, { connections: 0, broker: true }]
] as const)(
  'neither downloads nor installs while %j are open, broker running: %j',
  async (states, broker, details) => {
    const { updates, handlers } = given([...states], broker)
    for (const call of ['updates.download', 'updates.install'] as const) {
      await expect(async () => handlers[call]({ whileRecording: false }, session)).rejects.toEqual(
        new AppError('RECORDING', details)
      )
      await handlers[call]({ whileRecording: true }, session)
    }
    expect(updates.download).toHaveBeenCalledOnce()
    expect(updates.install).toHaveBeenCalledOnce()
  }
)

it('does what it is told when nothing is recorded', async () => {
  const { updates, handlers } = given(['offline', 'failed'], false)
  await handlers['updates.download']({ whileRecording: false }, session)
  await handlers['updates.install']({ whileRecording: false }, session)
  expect(updates.download).toHaveBeenCalledOnce()
  expect(updates.install).toHaveBeenCalledOnce()
})
