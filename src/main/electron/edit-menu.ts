import { Menu, type BrowserWindow, type MenuItemConstructorOptions } from 'electron'
import { words } from './words'

/** Shows the standard editing menu when text is editable or selected. The page shows its own context menus itself. */
export function editMenu(window: BrowserWindow): void {
  window.webContents.on('context-menu', (_event, { isEditable, selectionText, editFlags }) => {
    if (!isEditable && selectionText.trim() === '') return
    const { undo, redo, cut, copy, paste, selectAll } = words()
    const line: MenuItemConstructorOptions = { type: 'separator' }
    const all: MenuItemConstructorOptions = {
      role: 'selectAll',
      label: selectAll,
      enabled: editFlags.canSelectAll
    }
    const template: MenuItemConstructorOptions[] = isEditable
      ? [
          { role: 'undo', label: undo, enabled: editFlags.canUndo },
          { role: 'redo', label: redo, enabled: editFlags.canRedo },
          line,
          { role: 'cut', label: cut, enabled: editFlags.canCut },
          { role: 'copy', label: copy, enabled: editFlags.canCopy },
          { role: 'paste', label: paste, enabled: editFlags.canPaste },
          line,
          all
        ]
      : [{ role: 'copy', label: copy, enabled: editFlags.canCopy }, line, all]
    Menu.buildFromTemplate(template).popup({ window })
  })
}
