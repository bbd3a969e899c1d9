import type { Settings } from '../../shared/contract/app'
import { overwriteGetLocale, type Locale } from '../paraglide/runtime'

/** The language in use. Messages read it, so that a change shows everywhere at once, without reloading. */
class LocaleState {
  current = $state<Locale>('en')

  constructor() {
    overwriteGetLocale(() => this.current)
  }

  /** Follows the setting; `system` is the first of the system's languages that there are words for. */
  follow(language: Settings['language']): void {
    this.current = language === 'system' ? systemLocale(navigator.languages) : language
    document.documentElement.lang = this.current
  }
}

/** The first of a person's languages that Treetop speaks; any Chinese is Simplified Chinese, the rest English. */
export function systemLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    if (/^zh\b/i.test(language)) return 'zh-CN'
    if (/^en\b/i.test(language)) return 'en'
  }
  return 'en'
}

export const locale = new LocaleState()
