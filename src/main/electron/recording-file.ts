import { BrowserWindow, dialog } from 'electron'
import { words } from './words'

/** Asks which recording to open; null when the person thinks better of it. */
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
