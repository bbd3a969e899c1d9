import { nativeTheme } from 'electron'
import type { Settings } from '../../shared/contract/app'

/** Applies the page's theme to what the system draws: menus, dialogs, the window's frame. */
export function followTheme(theme: Settings['theme']): void {
  if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme
}
