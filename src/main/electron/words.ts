import { app } from 'electron'
import type { Settings } from '../../shared/contract/app'
import { english, type Words } from './words-en'
import { chinese } from './words-zh'

let chosen: Settings['language'] = 'system'

/** Says which language the person chose; until then it is the system's. */
export function speak(language: Settings['language']): void {
  chosen = language
}

/** The words of what is native. Electron must be ready for the system's language. */
export function words(): Words {
  const language = chosen === 'system' ? app.getLocale() : chosen
  return language.startsWith('zh') ? chinese : english
}
