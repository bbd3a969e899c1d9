import { Menu } from 'electron'

/** The menu of roles, which Electron labels in the system's language: without it there is no copy and paste on macOS. */
export function setMenu(): void {
  const own = process.platform === 'darwin' ? [{ role: 'appMenu' as const }] : []
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...own,
      { role: 'fileMenu' },
      { role: 'editMenu' },
      { role: 'viewMenu' },
      { role: 'windowMenu' }
    ])
  )
}
