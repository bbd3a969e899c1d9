import { BrowserWindow, dialog } from 'electron'
import { words } from './words'

/** Asks which recording to open; resolves to null when the user cancels. */
export async function chooseRecordingFile(): Promise<string | null> {
  const options = {
    properties: ['openFile' as const],
    filters: [{ name: words().recording, extensions: ['treetop'] }]
  }
  const window = BrowserWindow.getFocusedWindow()
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options))
  return canceled ? null : (filePaths[0] ?? null)
}
