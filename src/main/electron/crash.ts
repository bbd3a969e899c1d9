import { app, dialog, shell } from 'electron'
import type { Log } from '../log/log'
import { words } from './words'

/**
 * What happens when nobody caught an error of this process: it is in the log with its stack, everything is put on disk, the person is
 * told, and the process ends with 1. What it was about to do is not known any more, so it must not go on. A promise that was
 * rejected and that nobody waits for leaves everything as it was, and is only told to the log.
 */
export class Crash {
  /** Puts everything on disk, in a time that has an end. */
  flush: () => Promise<unknown> = () => Promise.resolve()
  private ending = false

  constructor(
    private readonly log: Log,
    private readonly logFile: string
  ) {}

  start(): void {
    process.on('unhandledRejection', (reason) => this.log.error('nobody waits for a rejection', reason))
    process.on('uncaughtException', (error) => {
      this.log.error('nobody caught an error', error)
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
