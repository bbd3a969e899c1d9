import { join } from 'node:path'
import { app } from './app'
import { answer, answerAtOnce, person } from './person'
import { checkKeys, strict } from './strict'

const MESSAGE_BOX = ['type', 'message', 'detail', 'buttons', 'defaultId', 'cancelId', 'noLink']
const SAVE = ['defaultPath', 'filters']
const OPEN = ['properties', 'filters']

export const dialog = strict('dialog', {
  showMessageBox(...args: object[]): Promise<unknown> {
    const options = args.at(-1)!
    checkKeys('message box', options, MESSAGE_BOX)
    return answer('message', options)
  },
  showMessageBoxSync(...args: object[]): unknown {
    const options = args.at(-1)!
    checkKeys('message box', options, MESSAGE_BOX)
    return answerAtOnce('question', options)
  },
  showSaveDialog(...args: object[]): Promise<unknown> {
    const options = args.at(-1)! as { filters?: object[] }
    checkKeys('save dialog', options, SAVE)
    checkFilters(options.filters)
    return answer('save', options)
  },
  /** Answered with `canceled` and `filePaths`, which are empty when it was. */
  showOpenDialog(...args: object[]): Promise<unknown> {
    const options = args.at(-1)! as { properties?: string[]; filters?: object[] }
    checkKeys('open dialog', options, OPEN)
    for (const property of options.properties ?? [])
      if (property !== 'openFile') throw new Error(`The stand-in's open dialog does not know ${property}`)
    checkFilters(options.filters)
    return answer('open', options)
  },
  showErrorBox(title: string, text: string): void {
    person.shown.push({ kind: 'error', options: { title, text } })
    process.stderr.write(`${title}: ${text}\n`)
  }
})

/** What Electron asks by itself when a page gives a file; null: not at all. */
export async function askWhereToSave(name: string): Promise<string | null> {
  const options = { defaultPath: join(app.getPath('downloads'), name) }
  const { canceled, filePath } = (await answer('save', options)) as { canceled: boolean; filePath: string }
  return canceled ? null : filePath
}

/** What a dialog lets choose: extensions come without dots. */
function checkFilters(filters: object[] = []): void {
  for (const filter of filters) {
    checkKeys('file filter', filter, ['name', 'extensions'])
    const { extensions } = filter as { extensions: string[] }
    for (const extension of extensions)
      if (!/^(\*|[^.*]+)$/.test(extension)) throw new Error(`No extension ${extension}`)
  }
}
