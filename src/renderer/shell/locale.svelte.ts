import type { Settings } from '../../shared/contract/app'
import { overwriteGetLocale, type Locale } from '../paraglide/runtime'

/** The current language. Messages read it, so a change takes effect everywhere at once, without reloading. */
class LocaleState {
  current = $state<Locale>('en')

  constructor() {
    overwriteGetLocale(() => this.current)
  }

  /** Applies the setting; `system` selects the first of the system's languages that Treetop is translated to. */
  follow(language: Settings['language']): void {
    this.current = language === 'system' ? systemLocale(navigator.languages) : language
    document.documentElement.lang = this.current
  }
}

/** The first of the user's languages that Treetop supports; any Chinese maps to Simplified Chinese, and English is the fallback. */
export function systemLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return 'zh-CN'
    if (/^en\b/i.test(language)) return 'en'
  }
  return 'en'
}

export const locale = new LocaleState()
