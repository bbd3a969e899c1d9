import { extname, join } from 'node:path'
import { app, BrowserWindow, dialog } from 'electron'
import { words } from './words'

/** Asks where to save an export; resolves to null when the user cancels. */
export async function chooseExportFile(suggestedName: string): Promise<string | null> {
  const extension = extname(suggestedName).slice(1)
  const options = {
    defaultPath: join(app.getPath('downloads'), suggestedName),
    // Where the system supports it, the extension is added to the typed name.
    filters: [{ name: kindOf(extension), extensions: [extension] }]
  }
  const window = BrowserWindow.getFocusedWindow()
  const { canceled, filePath } = await (window
    ? dialog.showSaveDialog(window, options)
    : dialog.showSaveDialog(options))
  return canceled ? null : filePath
}

/** The display name of a file type, by its extension. */
function kindOf(extension: string): string {
  return extension === 'treetop' ? words().recording : extension.toUpperCase()
}
