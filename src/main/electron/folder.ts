import { BrowserWindow, dialog } from 'electron'

/** Asks for a folder, which may be a new one; resolves to null when the user cancels. */
export async function chooseFolder(): Promise<string | null> {
  const options = {
    properties: ['openDirectory' as const, 'createDirectory' as const, 'promptToCreate' as const]
  }
  const window = BrowserWindow.getFocusedWindow()
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, options)
    : dialog.showOpenDialog(options))
  return canceled ? null : (filePaths[0] ?? null)
}
