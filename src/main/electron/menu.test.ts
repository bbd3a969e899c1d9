import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { menuTemplate } from './menu'
import { english } from './words-en'
import { chinese } from './words-zh'

vi.mock('electron', () => ({ app: { getLocale: () => 'en' }, Menu: {} }))

function entriesOf(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  return items.flatMap((item) => [
    item,
    ...entriesOf((item.submenu as MenuItemConstructorOptions[] | undefined) ?? [])
  ])
}

describe.each(['linux', 'darwin', 'win32'] as const)('the menu on %s', (platform) => {
  const command = vi.fn()
  const menu = menuTemplate(english, platform, command)
  const entries = entriesOf(menu)

  it('has no duplicate shortcuts', () => {
    const accelerators = entries.flatMap(({ accelerator }) => accelerator ?? [])
    expect(accelerators.length).toBeGreaterThan(5)
    expect(new Set(accelerators).size).toBe(accelerators.length)
  })

  it('has every label in both languages', () => {
    const other = entriesOf(menuTemplate(chinese, platform, command))
    expect(other).toHaveLength(entries.length)
    for (const [index, { label, type, visible }] of entries.entries()) {
      if (type === 'separator' || visible === false) continue
      expect(label).toBeTruthy()
      if (label !== 'Treetop') expect(other[index]!.label).not.toBe(label)
    }
  })

  it('has the standard roles for editing, zooming and quitting', () => {
    const roles = entries.flatMap(({ role }) => role ?? [])
    for (const role of ['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'zoomIn', 'resetZoom', 'quit'])
      expect(roles).toContain(role)
    expect(menu[0]!.label).toBe(platform === 'darwin' ? 'Treetop' : 'File')
    expect(roles.includes('services')).toBe(platform === 'darwin')
  })

  it('leaves the shortcuts of page commands to the page', () => {
    const { click, registerAccelerator } = entries.find(({ label }) => label === 'Commands…')!
    expect(registerAccelerator).toBe(false)
    ;(click as () => void)()
    expect(command).toHaveBeenCalledWith('palette')
  })
})
