import { app, BrowserWindow, dialog, powerMonitor } from 'electron'
import type { App } from '../compose'
import type { MainWindow } from './window'
import { words } from './words'

/** Maximum time for flushing everything to disk at shutdown, in ms. */
const CLOSE_TIMEOUT = 5_000

/**
 * Shuts Treetop down: asks if other clients would lose their broker, closes the window (which asks if there are unsaved edits),
 * flushes everything to disk within a bounded time, and exits.
 */
export class Leaving {
  private going = false
  private ending = false
  private isOnDisk = false
  /** The system is shutting down: there is no time for questions. */
  private systemEnds = false

  constructor(
    private readonly treetop: Pick<App, 'broker' | 'settings'>,
    private readonly window: MainWindow,
    /** Flushes everything to disk. */
    private readonly close: () => Promise<void>
  ) {}

  start(): void {
    powerMonitor.on('shutdown', () => (this.systemEnds = true))
    // A signal comes from a terminal or a script: there is no user to ask.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void this.now(0))
    // Windows only.
    this.window.onSessionEnd(() => void this.now(0))
    app.on('before-quit', (event) => {
      // Installing an update quits the app itself, after everything has been flushed.
      if (this.isOnDisk) return
      event.preventDefault()
      void this.leave()
    })
    app.on('window-all-closed', () => {
      // On macOS, and with the tray enabled, the app keeps running without a window; connections continue to record.
      const { tray, keepRunning } = this.treetop.settings.get()
      if (process.platform !== 'darwin' && !(tray && keepRunning)) app.quit()
    })
  }

  /** Quits without asking. */
  async now(code: number): Promise<void> {
    if (this.ending && !this.isOnDisk) return
    await this.flush()
    app.exit(code)
  }

  /** Flushes everything to disk within a bounded time. The caller must end the process afterwards, because the services are closed. */
  async flush(): Promise<void> {
    if (this.isOnDisk) return
    this.ending = this.going = true
    const late = new Promise((resolve) => setTimeout(resolve, CLOSE_TIMEOUT))
    await Promise.race([this.close().catch(() => undefined), late])
    this.isOnDisk = true
  }

  private async leave(): Promise<void> {
    if (this.going) return
    this.going = true
    if (this.systemEnds || ((await this.mayEndBroker()) && (await this.window.close()))) await this.now(0)
    else this.going = false
  }

  private async mayEndBroker(): Promise<boolean> {
    const clients = await this.treetop.broker.otherClients()
    if (clients === 0) return true
    const { quitTitle, quitClients, quitAnyway, cancel } = words()
    const options = {
      type: 'question' as const,
      message: quitTitle,
      detail: quitClients(clients),
      buttons: [quitAnyway, cancel],
      defaultId: 1,
      cancelId: 1,
      noLink: true
    }
    const [parent] = BrowserWindow.getAllWindows()
    const { response } = await (parent
      ? dialog.showMessageBox(parent, options)
      : dialog.showMessageBox(options))
    return response === 0
  }
}
