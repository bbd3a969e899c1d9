import { appItself } from './app'
import { ROLES } from './roles'
import { checkKeys, strict } from './strict'
import { BrowserWindow } from './window'

const OPTIONS = [
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
const TYPES = ['normal', 'separator', 'submenu', 'checkbox', 'radio']

interface Template {
  role?: string
  label?: string
  type?: string
  accelerator?: string
  registerAccelerator?: boolean
  enabled?: boolean
  visible?: boolean
  checked?: boolean
  submenu?: Template[]
  click?: (item: object, window: object | null, event: object) => void
}

/** A menu entry as reported to a test. */
export interface Entry {
  label: string
  role: string | null
  type: string
  accelerator: string | null
  enabled: boolean
  visible: boolean
  checked: boolean
  submenu?: Entry[]
}

/** Electron's MenuItem: the properties of its template and Electron's defaults. */
class Item {
  readonly chosen: Template['click']
  readonly own: Entry & { registerAccelerator: boolean }
  readonly inner: MenuDouble | null
  readonly facade: this = strict('MenuItem', this)

  constructor(template: Template) {
    checkKeys('menu entries', template, OPTIONS)
    const role = template.role?.toLowerCase()
    const given = role === undefined ? undefined : ROLES[role]
    if (role !== undefined && !given)
      throw new Error(`The stand-in for Electron does not know the role ${template.role}`)
    this.inner = template.submenu ? new MenuDouble(template.submenu) : null
    const type = template.type ?? (this.inner ? 'submenu' : 'normal')
    if (!TYPES.includes(type)) throw new Error(`Unknown menu item type: ${type}`)
    if (type === 'submenu' && !this.inner) throw new Error('Invalid submenu')
    this.chosen = template.click
    this.own = {
      label: template.label ?? given?.label ?? '',
      role: role ?? null,
      type,
      accelerator: template.accelerator ?? given?.accelerator ?? null,
      registerAccelerator: template.registerAccelerator ?? given?.registerAccelerator ?? true,
      enabled: template.enabled ?? true,
      visible: template.visible ?? true,
      checked: template.checked ?? false
    }
  }

  get label(): string {
    return this.own.label
  }

  get role(): string | null {
    return this.own.role
  }

  get type(): string {
    return this.own.type
  }

  get accelerator(): string | null {
    return this.own.accelerator
  }

  get registerAccelerator(): boolean {
    return this.own.registerAccelerator
  }

  get submenu(): MenuDouble | null {
    return this.inner?.facade ?? null
  }

  get enabled(): boolean {
    return this.own.enabled
  }

  set enabled(enabled: boolean) {
    this.own.enabled = enabled
  }

  get visible(): boolean {
    return this.own.visible
  }

  set visible(visible: boolean) {
    this.own.visible = visible
  }

  get checked(): boolean {
    return this.own.checked
  }

  set checked(checked: boolean) {
    this.own.checked = checked
  }

  /** Chooses it like a user: toggles a checkbox, performs a role, and otherwise calls the entry's click handler. */
  click(): void {
    if (this.type === 'checkbox') this.own.checked = !this.own.checked
    if (this.type === 'radio') this.own.checked = true
    const window = BrowserWindow.getFocusedWindow()
    if (this.role === 'quit') appItself.quit()
    else if (this.role === 'close') window?.close()
    else if (this.role === 'minimize') window?.minimize()
    else if (this.role !== null)
      throw new Error(`The stand-in for Electron does not do what "${this.role}" says`)
    else this.chosen?.(this.facade, window, strict('KeyboardEvent', { triggeredByAccelerator: false }))
  }

  readonly entry = (): Entry => {
    const { registerAccelerator: _, ...entry } = this.own
    return { ...entry, ...(this.inner && { submenu: this.inner.entries() }) }
  }
}

/** Electron's Menu. */
export class MenuDouble {
  readonly of: Item[]
  readonly facade: this = strict('Menu', this)

  constructor(template: Template[]) {
    if (!Array.isArray(template))
      throw new TypeError('Invalid template for Menu: Menu template must be an array')
    if (
      !template.every(
        ({ label, role, type }) => label !== undefined || role !== undefined || type === 'separator'
      )
    )
      throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type')
    this.of = withoutExtraSeparators(template).map((each) => new Item(each))
  }

  readonly entries = (): Entry[] => this.of.map((item) => item.entry())

  /** Chooses an entry by its path of labels. Throws when a user could not choose it. */
  readonly choose = ([label, ...rest]: readonly string[]): void => {
    const found = this.of.find((item) => item.label === label && item.visible)
    if (!found) throw new Error(`The menu has no "${label}"`)
    if (!found.enabled) throw new Error(`"${label}" cannot be chosen now`)
    if (rest.length === 0) found.click()
    else if (found.inner) found.inner.choose(rest)
    else throw new Error(`"${label}" has no menu of its own`)
  }

  get items(): Item[] {
    return this.of.map((item) => item.facade)
  }

  popup(options: { window?: object } = {}): void {
    checkKeys('popup', options, ['window'])
    if (BrowserWindow.getAllWindows().length === 0)
      throw new Error('Cannot open Menu without a BaseWindow present')
    current.popups.push(this.entries())
  }
}

/** The current application menu, and the context menus that were shown. */
export const current = { menu: null as MenuDouble | null, popups: [] as Entry[][] }

/** Menus by the facade that main gets. */
const menus = new WeakMap<object, MenuDouble>()

/** The menu behind main's facade. */
export function menuOf(facade: object): MenuDouble {
  const menu = menus.get(facade)
  if (!menu) throw new TypeError('Invalid menu')
  return menu
}

export const Menu = strict('Menu (static)', {
  buildFromTemplate(template: Template[]): MenuDouble {
    const menu = new MenuDouble(template)
    menus.set(menu.facade, menu)
    return menu.facade
  },
  setApplicationMenu(menu: object | null): void {
    current.menu = menu && menuOf(menu)
  },
  getApplicationMenu: () => current.menu?.facade ?? null
})

/** Merges adjacent separators and removes those at the ends. */
function withoutExtraSeparators(template: Template[]): Template[] {
  const isLine = (entry: Template | undefined): boolean => entry?.type === 'separator'
  const single = template.filter(
    (entry, index) => entry.visible === false || !isLine(entry) || index === 0 || !isLine(template[index - 1])
  )
  return single.filter(
    (entry, index) =>
      entry.visible === false || !isLine(entry) || (index !== 0 && index !== single.length - 1)
  )
}
