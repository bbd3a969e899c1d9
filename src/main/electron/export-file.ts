import { extname, join } from 'node:path'
import { app, BrowserWindow, dialog } from 'electron'
import { words } from './words'

/** Asks where to save an export; null when the person thinks better of it. */
export async function chooseExportFile(suggestedName: string): Promise<string | null> {
  const extension = extname(suggestedName).slice(1)
  const options = {
    defaultPath: join(app.getPath('downloads'), suggestedName),
    // Whoever types another name gets the ending all the same, where the system does that.
    filters: [{ name: kindOf(extension), extensions: [extension] }]
  }
  const window = BrowserWindow.getFocusedWindow()
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options))
  return canceled ? null : filePath
}

/** What a file with an ending is called. */
function kindOf(extension: string): string {
  return extension === 'treetop' ? words().recording : extension.toUpperCase()
}
