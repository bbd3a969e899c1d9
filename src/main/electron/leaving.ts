import { app, BrowserWindow, dialog, powerMonitor } from 'electron'
import type { App } from '../compose'
import type { MainWindow } from './window'
import { words } from './words'

/** How long everything may take to be put on disk at the end, in ms. */
const CLOSE_TIMEOUT = 5_000

/**
 * How Treetop ends: it asks when others would lose their broker, closes the window (which asks when something is being edited), puts
 * everything on disk, for a bounded time, and leaves.
 */
export class Leaving {
  private going = false
  private ending = false
  private isOnDisk = false
  /** The system itself ends: there is nobody to answer, and no time. */
  private systemEnds = false

  constructor(
    private readonly treetop: Pick<App, 'broker' | 'settings'>,
    private readonly window: MainWindow,
    /** Puts everything on disk. */
    private readonly close: () => Promise<void>
  ) {}

  start(): void {
    powerMonitor.on('shutdown', () => (this.systemEnds = true))
    // Whoever ends it from a terminal or a script is not there to be asked.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void this.now(0))
    // On Windows.
    this.window.onSessionEnd(() => void this.now(0))
    app.on('before-quit', (event) => {
      // An update that is installed ends the app itself, when everything is on disk.
      if (this.isOnDisk) return
      event.preventDefault()
      void this.leave()
    })
    app.on('window-all-closed', () => {
      // On macOS an app stays without windows, elsewhere in the tray when it is to; connections go on recording.
      const { tray, keepRunning } = this.treetop.settings.get()
      if (process.platform !== 'darwin' && !(tray && keepRunning)) app.quit()
    })
  }

  /** Leaves without a question. */
  async now(code: number): Promise<void> {
    if (this.ending && !this.isOnDisk) return
    await this.flush()
    app.exit(code)
  }

  /** Puts everything on disk, for a bounded time. Whoever asks for it has Treetop end afterwards: nothing works any more. */
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
