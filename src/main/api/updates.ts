import type { ConnectionStatus } from '../../shared/contract/connections'
import type { UpdateStatus } from '../../shared/contract/updates'
import { AppError } from '../../shared/errors'
import type { Handlers } from '../../shared/rpc/contract'

/** How the host gets newer versions. None of it throws: the status tells. */
export interface Updates {
  status(): UpdateStatus
  onChange(listener: (status: UpdateStatus) => void): void
  /** Whether it looks for newer versions by itself. */
  setDaily(daily: boolean): void
  check(): Promise<void>
  download(): Promise<void>
  install(): Promise<void>
}

/** Browser mode is updated by whoever installed it. */
export const noUpdates: Updates = {
  status: () => ({ means: 'none', page: null, step: { state: 'idle' }, checkedAt: null, mayAsk: false }),
  onChange: () => undefined,
  setDaily: () => undefined,
  check: () => Promise.resolve(),
  download: () => Promise.resolve(),
  install: () => Promise.resolve()
}

/** What would lose messages if Treetop ended now. */
interface Recording {
  connections(): readonly ConnectionStatus[]
  isBrokerRunning(): boolean
}

export function updateHandlers(
  updates: Updates,
  recording: Recording
): Pick<Handlers, 'updates.status' | 'updates.check' | 'updates.download' | 'updates.install'> {
  const refuseUnless = (whileRecording: boolean): void => {
    const connections = recording
      .connections()
      .filter(({ state }) => state !== 'offline' && state !== 'failed').length
    const broker = recording.isBrokerRunning()
    if ((connections > 0 || broker) && !whileRecording)
      throw new AppError('RECORDING', { connections, broker })
  }
  return {
    'updates.status': () => updates.status(),
    'updates.check': () => void updates.check(),
    'updates.download': ({ whileRecording }) => {
      refuseUnless(whileRecording)
      void updates.download()
    },
    'updates.install': ({ whileRecording }) => {
      refuseUnless(whileRecording)
      void updates.install()
    }
  }
}
