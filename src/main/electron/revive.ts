import { app, dialog, shell, type WebContents } from 'electron'
import { RestartLimit } from '../../shared/restart-limit'
import type { Log } from '../log/log'
import { words } from './words'

/**
 * Reloads a page whose process ended; after three reloads within a minute, it asks the user. Recording continues in its own threads.
 * Call before the first window opens.
 */
export function revivePages(log: Log, logFile: string): void {
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log.warn(() => `Electron's ${type} process is gone`, { reason, exitCode })
  )
  app.on('web-contents-created', (_event, contents) => {
    contents.on('preload-error', (_failed, _path, error) => log.error('the preload failed', error))
    const reloads = new RestartLimit()
    contents.on('render-process-gone', (_gone, { reason, exitCode }) => {
      if (reason === 'clean-exit') return
      log.error("the page's process is gone", { reason, exitCode })
      if (reloads.take()) contents.reload()
      else void ask(contents, logFile)
    })
  })
}

async function ask(contents: WebContents, logFile: string): Promise<void> {
  const { pageGone, pageGoneDetail, reload, showLogs } = words()
  const { response } = await dialog.showMessageBox({
    type: 'error',
    message: pageGone,
    detail: pageGoneDetail,
    buttons: [reload, showLogs],
    defaultId: 0,
    cancelId: 0,
    noLink: true
  })
  if (response === 1) {
    shell.showItemInFolder(logFile)
    return ask(contents, logFile)
  }
  if (!contents.isDestroyed()) contents.reload()
}
