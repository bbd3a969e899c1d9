import { app, dialog, shell } from 'electron'
import type { Log } from '../log/log'
import { words } from './words'

/**
 * Handles uncaught errors of this process: logs the error with its stack, flushes everything to disk, informs the user, and exits with
 * code 1. The process must not continue, because its state is unknown. An unhandled rejection leaves the state intact and is only
 * logged.
 */
export class Crash {
  /** Flushes everything to disk within a bounded time. */
  flush: () => Promise<unknown> = () => Promise.resolve()
  private ending = false

  constructor(
    private readonly log: Log,
    private readonly logFile: string
  ) {}

  start(): void {
    process.on('unhandledRejection', (reason) => this.log.error('unhandled rejection', reason))
    process.on('uncaughtException', (error) => {
      this.log.error('uncaught error', error)
      if (this.ending) return
      this.ending = true
      void this.end()
    })
  }

  private async end(): Promise<void> {
    await Promise.allSettled([this.flush(), this.tell()])
    app.exit(1)
  }

  private async tell(): Promise<void> {
    const { crashed, crashedDetail, showLogs, quit } = words()
    if (!app.isReady()) return dialog.showErrorBox(crashed, crashedDetail)
    const { response } = await dialog.showMessageBox({
      type: 'error',
      message: crashed,
      detail: crashedDetail,
      buttons: [quit, showLogs],
      defaultId: 0,
      cancelId: 0,
      noLink: true
    })
    if (response === 1) shell.showItemInFolder(this.logFile)
  }
}
