import { dialog } from './dialog'
import { stage } from './stage'

/** Reports uncaught errors to the test; the user sees what Electron would show. */
export function watchFaults(): void {
  process.on('uncaughtExceptionMonitor', (error) => void stage.fault.asEvent(error.stack ?? String(error)))
  process.on('uncaughtException', (error) => {
    // As in Electron: an app with its own listener handles them itself.
    if (process.listenerCount('uncaughtException') > 1) return
    dialog.showErrorBox(
      'A JavaScript error occurred in the main process',
      `Uncaught Exception:\n${error.stack ?? String(error)}`
    )
  })
  process.on('unhandledRejection', (reason) => {
    const text = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)
    void stage.fault.asEvent(text)
    process.stderr.write(`UnhandledPromiseRejectionWarning: ${text}\n`)
  })
}
