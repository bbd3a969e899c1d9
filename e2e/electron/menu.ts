import { checkKeys, strict } from './strict'

/** Roles of Electron's menus that Treetop uses. */
const ROLES = [
  'about',
  'services',
  'hide',
  'hideOthers',
  'unhide',
  'quit',
  'close',
  'undo',
  'redo',
  'cut',
  'copy',
  'paste',
  'delete',
  'selectAll',
  'resetZoom',
  'zoomIn',
  'zoomOut',
  'togglefullscreen',
  'window',
  'minimize',
  'zoom',
  'front',
  'help'
]
const ENTRY = [
  'role',
  'label',
  'submenu',
  'accelerator',
  'registerAccelerator',
  'click',
  'type',
  'enabled',
  'visible',
  'checked'
]

export interface MenuEntry {
  role?: string
  label?: string
  type?: string
  enabled?: boolean
  checked?: boolean
  submenu?: MenuEntry[]
  click?: () => void
}

/** The menu that is set now, and those that were shown at the pointer. */
export const current = { menu: [] as MenuEntry[], popups: [] as MenuEntry[][] }

/** Chooses an entry of the menu, by its labels from the top on. */
export function chooseInMenu(labels: readonly string[]): void {
  let entries: MenuEntry[] | undefined = current.menu
  let found: MenuEntry | undefined
  for (const label of labels) {
    found = entries?.find((entry) => entry.label === label)
    entries = found?.submenu
  }
  if (!found?.click) throw new Error(`The menu has no ${labels.join(' > ')}`)
  found.click()
}

class MenuDouble {
  readonly entries: MenuEntry[]

  constructor(entries: MenuEntry[]) {
    this.entries = entries
  }

  popup(options: object = {}): void {
    checkKeys('popup', options, ['window'])
    current.popups.push(this.entries)
  }
}

let applicationMenu: MenuDouble | null = null

export const Menu = strict('Menu', {
  buildFromTemplate(template: MenuEntry[]): MenuDouble {
    for (const entry of template) {
      checkKeys('menu entries', entry, ENTRY)
      if (entry.role !== undefined && !ROLES.includes(entry.role)) throw new Error(`No role ${entry.role}`)
      if (entry.submenu) this.buildFromTemplate(entry.submenu)
    }
    return strict('menu', new MenuDouble(template))
  },
  setApplicationMenu(menu: MenuDouble): void {
    applicationMenu = menu
    current.menu = menu.entries
  },
  getApplicationMenu: () => applicationMenu
})
