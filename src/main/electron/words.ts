import { app } from 'electron'
import type { Settings } from '../../shared/contract/app'
import { english, type Words } from './words-en'
import { chinese } from './words-zh'

let chosen: Settings['language'] = 'system'

/** Sets the language that the user chose; until then it is the system's. */
export function speak(language: Settings['language']): void {
  chosen = language
}

/** Texts of the native parts. Electron must be ready, because the system's language may be needed. */
export function words(): Words {
  const language = chosen === 'system' ? app.getLocale() : chosen
  return language.startsWith('zh') ? chinese : english
}
