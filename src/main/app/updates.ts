import type { CallsOf } from '../../shared/contract'
import type { Settings } from '../../shared/contract/app'
import type { ConnectionStatus } from '../../shared/contract/connections'
import type { UpdateStatus } from '../../shared/contract/updates'
import { AppError } from '../../shared/errors'

/** Updates of the host. No method throws; failures are in the status. */
export interface Updates {
  status(): UpdateStatus
  onChange(listener: (status: UpdateStatus) => void): void
  /** Sets whether it checks for updates daily. */
  setDaily(daily: boolean): void
  check(): Promise<void>
  download(): Promise<void>
  install(): Promise<void>
}

/** Browser mode does not update itself. */
export const noUpdates: Updates = {
  status: () => ({ means: 'none', page: null, step: { state: 'idle' }, checkedAt: null, mayAsk: false }),
  onChange: () => undefined,
  setDaily: () => undefined,
  check: () => Promise.resolve(),
  download: () => Promise.resolve(),
  install: () => Promise.resolve()
}

/** The settings, as far as updates follow them. */
interface Followed {
  get(): Settings
  onChange(listener: (settings: Settings) => void): unknown
}

/** Has updates checked daily as long as the settings say so. */
export function followSettings(updates: Updates, settings: Followed): void {
  let now = settings.get().updates
  updates.setDaily(now === 'daily')
  settings.onChange((changed) => {
    if (changed.updates !== now) updates.setDaily(changed.updates === 'daily')
    now = changed.updates
  })
}

/** The connections and the broker, which would lose messages if Treetop quit now. */
interface Recording {
  connections(): readonly ConnectionStatus[]
  isBrokerRunning(): boolean
}

/** The calls that update Treetop. They refuse while messages are being recorded, unless the user has confirmed. */
export function updateCalls(updates: Updates, recording: Recording): CallsOf<'main', 'updates'> {
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
