import { join } from 'node:path'
import { app, BrowserWindow, dialog } from 'electron'

/** Asks where to save an export; null when the person thinks better of it. */
export async function chooseExportFile(suggestedName: string): Promise<string | null> {
  const options = { defaultPath: join(app.getPath('downloads'), suggestedName) }
  const window = BrowserWindow.getFocusedWindow()
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options))
  return canceled ? null : filePath
}
