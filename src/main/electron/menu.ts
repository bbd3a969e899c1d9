import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Words } from './words-en'
import { words } from './words'

const zoomKeys: MenuItemConstructorOptions[] = (
  [
    ['zoomIn', '='],
    ['zoomIn', 'numadd'],
    ['zoomOut', 'numsub'],
    ['resetZoom', 'num0']
  ] as const
).map(([role, key]) => ({ role, accelerator: `CmdOrCtrl+${key}`, visible: false }))

/** Runs a page action by its id (see the renderer's app-actions.ts and workspace-actions.ts). */
type Command = (id: string) => void

/** Sets the application menu. The page handles the shortcuts of its own commands; the menu only displays them. */
export function setMenu(command: Command): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(words(), process.platform, command)))
}

/** Shows the application menu at the pointer. */
export function showMenu(): void {
  Menu.getApplicationMenu()?.popup()
}

export function menuTemplate(
  words: Words,
  platform: NodeJS.Platform,
  command: Command
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const line: MenuItemConstructorOptions = { type: 'separator' }
  const does = (id: string, label: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => command(id),
    // The page handles the shortcut; registered here as well, it would run twice.
    ...(accelerator !== undefined && { accelerator, registerAccelerator: false })
  })
  const role = (
    name: NonNullable<MenuItemConstructorOptions['role']>,
    label: string
  ): MenuItemConstructorOptions => ({
    role: name,
    label
  })
  const checkForUpdates = does('check-for-updates', words.checkForUpdates)
  const settings = does('settings', words.settings, 'CmdOrCtrl+,')
  return [
    ...(mac
      ? [
          {
            label: 'Treetop',
            submenu: [
              role('about', words.about),
              checkForUpdates,
              line,
              settings,
              line,
              role('services', words.services),
              line,
              role('hide', words.hide),
              role('hideOthers', words.hideOthers),
              role('unhide', words.unhide),
              line,
              role('quit', words.quit)
            ]
          }
        ]
      : []),
    {
      label: words.file,
      submenu: [
        does('new-connection', words.newConnection),
        does('connections', words.connections),
        line,
        does('open-recording', words.openRecording, 'CmdOrCtrl+O'),
        does('save-recording', words.saveRecording, 'CmdOrCtrl+Shift+S'),
        does('export', words.exportMessages, 'CmdOrCtrl+Shift+E'),
        line,
        ...(mac ? [role('close', words.close)] : [settings, line, role('quit', words.quit)])
      ]
    },
    {
      label: words.edit,
      submenu: [
        role('undo', words.undo),
        role('redo', words.redo),
        line,
        role('cut', words.cut),
        role('copy', words.copy),
        role('paste', words.paste),
        role('delete', words.delete),
        line,
        role('selectAll', words.selectAll)
      ]
    },
    {
      label: words.view,
      submenu: [
        does('palette', words.commands, 'CmdOrCtrl+K'),
        line,
        does('topics', words.topics),
        does('board', words.board),
        does('traffic', words.traffic),
        does('packets', words.packets),
        line,
        role('resetZoom', words.resetZoom),
        role('zoomIn', words.zoomIn),
        role('zoomOut', words.zoomOut),
        // The same actions on keys that their roles do not cover: + without Shift, and the number pad.
        ...zoomKeys,
        line,
        role('togglefullscreen', words.fullScreen)
      ]
    },
    {
      label: words.window,
      role: 'window',
      submenu: [
        role('minimize', words.minimize),
        ...(mac ? [role('zoom', words.zoom), line, role('front', words.front)] : [role('close', words.close)])
      ]
    },
    {
      label: words.help,
      role: 'help',
      submenu: [
        does('learn', words.learn),
        does('shortcuts', words.shortcuts, 'F1'),
        does('show-logs', words.showLogs),
        ...(mac ? [] : [line, checkForUpdates])
      ]
    }
  ]
}
