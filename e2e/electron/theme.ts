import { EventEmitter } from 'node:events'
import { strict } from './strict'

type Source = 'system' | 'dark' | 'light'

class NativeTheme extends EventEmitter {
  /** The system's own theme. */
  systemIsDark = process.env['TREETOP_STAND_IN_THEME'] !== 'light'
  source: Source = 'system'

  /** The user chooses another theme in the system's settings. */
  readonly setSystem = (dark: boolean): void => this.changing(() => (this.systemIsDark = dark))

  readonly changing = (change: () => void): void => {
    const before = this.shouldUseDarkColors
    change()
    if (this.shouldUseDarkColors !== before) this.emit('updated')
  }

  get shouldUseDarkColors(): boolean {
    return this.source === 'system' ? this.systemIsDark : this.source === 'dark'
  }

  get themeSource(): Source {
    return this.source
  }

  set themeSource(source: Source) {
    if (!['system', 'dark', 'light'].includes(source)) throw new TypeError(`No theme ${source}`)
    this.changing(() => (this.source = source))
  }
}

export const theme = new NativeTheme()

/** Electron's `nativeTheme`. */
export const nativeTheme = strict('NativeTheme', theme, ['updated'])
