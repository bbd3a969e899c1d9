import { nativeTheme } from 'electron'
import type { Settings } from '../../shared/contract/app'

/** What the system draws for Treetop (menus, dialogs, the window's frame) has the page's theme. */
export function followTheme(theme: Settings['theme']): void {
  if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme
}
