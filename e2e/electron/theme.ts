import { EventEmitter } from 'node:events'
import { strict } from './strict'

type Source = 'system' | 'dark' | 'light'

class NativeTheme extends EventEmitter {
  /** What the system itself has. */
  systemIsDark = process.env['TREETOP_STAND_IN_THEME'] !== 'light'
  private source: Source = 'system'

  get shouldUseDarkColors(): boolean {
    return this.source === 'system' ? this.systemIsDark : this.source === 'dark'
  }

  get themeSource(): Source {
    return this.source
  }

  set themeSource(source: Source) {
    if (!['system', 'dark', 'light'].includes(source)) throw new TypeError(`No theme ${source}`)
    const before = this.shouldUseDarkColors
    this.source = source
    if (this.shouldUseDarkColors !== before) this.emit('updated')
  }

  /** The person chooses another theme in the system's settings. */
  setSystem(dark: boolean): void {
    const before = this.shouldUseDarkColors
    this.systemIsDark = dark
    if (this.shouldUseDarkColors !== before) this.emit('updated')
  }
}

export const theme = new NativeTheme()

/** Electron's `nativeTheme`. */
export const nativeTheme = strict('nativeTheme', theme)
