import { app } from './app'

const mac = process.platform === 'darwin'
const windows = process.platform === 'win32'

interface Role {
  label: string
  accelerator?: string
  registerAccelerator?: false
}

const CLIPBOARD = { registerAccelerator: false } as const

/** The roles of Electron's menus that Treetop uses, with Electron's defaults for their entries. */
export const ROLES: Readonly<Record<string, Role>> = {
  about: { label: process.platform === 'linux' ? 'About' : `About ${app.getName()}` },
  services: { label: 'Services' },
  hide: { label: `Hide ${app.getName()}`, accelerator: 'Command+H' },
  hideothers: { label: 'Hide Others', accelerator: 'Command+Alt+H' },
  unhide: { label: 'Show All' },
  quit: {
    label: mac ? `Quit ${app.getName()}` : windows ? 'Exit' : 'Quit',
    ...(!windows && { accelerator: 'CommandOrControl+Q' })
  },
  close: { label: mac ? 'Close Window' : 'Close', accelerator: 'CommandOrControl+W' },
  undo: { label: 'Undo', accelerator: 'CommandOrControl+Z' },
  redo: { label: 'Redo', accelerator: windows ? 'Control+Y' : 'Shift+CommandOrControl+Z' },
  cut: { label: 'Cut', accelerator: 'CommandOrControl+X', ...CLIPBOARD },
  copy: { label: 'Copy', accelerator: 'CommandOrControl+C', ...CLIPBOARD },
  paste: { label: 'Paste', accelerator: 'CommandOrControl+V', ...CLIPBOARD },
  delete: { label: 'Delete' },
  selectall: { label: 'Select All', accelerator: 'CommandOrControl+A' },
  resetzoom: { label: 'Actual Size', accelerator: 'CommandOrControl+0' },
  zoomin: { label: 'Zoom In', accelerator: 'CommandOrControl+Plus' },
  zoomout: { label: 'Zoom Out', accelerator: 'CommandOrControl+-' },
  togglefullscreen: { label: 'Toggle Full Screen', accelerator: mac ? 'Control+Command+F' : 'F11' },
  window: { label: 'Window' },
  minimize: { label: 'Minimize', accelerator: 'CommandOrControl+M' },
  zoom: { label: 'Zoom' },
  front: { label: 'Bring All to Front' },
  help: { label: 'Help' }
}
