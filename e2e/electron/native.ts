import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { ipcListeners } from './contents'
import { serveScheme } from './stage'
import { checkKeys, strict } from './strict'

/** What the person sees and does outside of the page; tests look at it and answer. */
export const person = {
  menu: [] as MenuEntry[],
  opened: [] as string[],
  shown: [] as { kind: string; options: object }[],
  answers: new Map<string, unknown[]>()
}

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
const ENTRY = ['role', 'label', 'submenu', 'accelerator', 'registerAccelerator', 'click', 'type']

interface MenuEntry {
  role?: string
  label?: string
  submenu?: MenuEntry[]
  click?: () => void
}

/** Chooses an entry of the menu, by its labels from the top on. */
export function chooseInMenu(labels: readonly string[]): void {
  let entries: MenuEntry[] | undefined = person.menu
  let found: MenuEntry | undefined
  for (const label of labels) {
    found = entries?.find((entry) => entry.label === label)
    entries = found?.submenu
  }
  if (!found?.click) throw new Error(`The menu has no ${labels.join(' > ')}`)
  found.click()
}

export const Menu = strict('Menu', {
  buildFromTemplate(template: MenuEntry[]): MenuEntry[] {
    for (const entry of template) {
      checkKeys('menu entries', entry, ENTRY)
      if (entry.role !== undefined && !ROLES.includes(entry.role)) throw new Error(`No role ${entry.role}`)
      if (entry.submenu) this.buildFromTemplate(entry.submenu)
    }
    return template
  },
  setApplicationMenu(menu: MenuEntry[]): void {
    person.menu = menu
  }
})

/** The next answer to a kind of dialog; a person who was not told what to do waits. */
async function answer(kind: string, options: object): Promise<unknown> {
  person.shown.push({ kind, options })
  for (;;) {
    const next = person.answers.get(kind)?.shift()
    if (next !== undefined) return next
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

export const dialog = strict('dialog', {
  showMessageBox(options: object): Promise<unknown> {
    checkKeys('message box', options, [
      'type',
      'message',
      'detail',
      'buttons',
      'defaultId',
      'cancelId',
      'noLink'
    ])
    return answer('message', options)
  },
  showSaveDialog: (...args: object[]) => answer('save', args.at(-1)!),
  showErrorBox(title: string, text: string): void {
    person.shown.push({ kind: 'error', options: { title, text } })
    process.stderr.write(`${title}: ${text}\n`)
  }
})

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

const displays = JSON.parse(
  process.env['TREETOP_STAND_IN_DISPLAYS'] ?? '[{"id":1,"workArea":{"x":0,"y":0,"width":1920,"height":1040}}]'
) as { id: number; workArea: Bounds }[]

export const screen = strict('screen', {
  getAllDisplays: () => displays,
  getDisplayMatching({ x, y }: Bounds) {
    const on = displays.find(
      ({ workArea }) =>
        x >= workArea.x &&
        x < workArea.x + workArea.width &&
        y >= workArea.y &&
        y < workArea.y + workArea.height
    )
    return on ?? displays[0]!
  }
})

export const ipcMain = strict('ipcMain', {
  on: (channel: string, listener: (...args: unknown[]) => void) => void ipcListeners.on(channel, listener)
})

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes: object[]) => {
    for (const scheme of schemes) checkKeys('schemes', scheme, ['scheme', 'privileges'])
  },
  handle(_scheme: string, handler: (request: Request) => Promise<Response>): void {
    serveScheme(handler)
  }
})

export const session = strict('session', {
  defaultSession: strict('defaultSession', {
    setPermissionRequestHandler: () => undefined,
    setPermissionCheckHandler: () => undefined
  })
})

export const shell = strict('shell', {
  openExternal: (url: string) => Promise.resolve(void person.opened.push(url))
})

const key = randomBytes(32)
const keyring = process.env['TREETOP_STAND_IN_KEYRING'] !== 'none'

export const safeStorage = strict('safeStorage', {
  isEncryptionAvailable: () => keyring,
  getSelectedStorageBackend: () => (keyring ? 'gnome_libsecret' : 'basic_text'),
  encryptString(text: string): Buffer {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, iv)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), body])
  },
  decryptString(stored: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', key, stored.subarray(0, 12))
    decipher.setAuthTag(stored.subarray(12, 28))
    return Buffer.concat([decipher.update(stored.subarray(28)), decipher.final()]).toString()
  }
})
