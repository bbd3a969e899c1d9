import { join } from 'node:path'
import { appItself, needReady } from './app'
import { answer, answerAtOnce, person } from './person'
import { checkKeys, strict } from './strict'

const MESSAGE_BOX = ['type', 'message', 'detail', 'buttons', 'defaultId', 'cancelId', 'noLink']
const FILE = ['title', 'defaultPath', 'filters', 'buttonLabel']
const BOX_TYPES = ['none', 'info', 'warning', 'error', 'question']

interface Filter {
  name: string
  extensions: string[]
}

const PROPERTIES = ['openFile', 'multiSelections', 'openDirectory', 'createDirectory', 'promptToCreate']

interface FileDialog {
  properties?: string[]
  filters?: Filter[]
}

interface MessageBox {
  type?: string
  message: string
  buttons?: string[]
}

/** The options of `(options)` and of `(window, options)`, checked. */
function optionsOf<T extends object>(what: string, args: object[], known: readonly string[]): T {
  needReady('dialog module can only be used after app is ready')
  const options = args.at(-1)!
  checkKeys(what, options, known)
  return options as T
}

function messageBox(args: object[]): MessageBox {
  const options = optionsOf<MessageBox>('message box', args, MESSAGE_BOX)
  if (!BOX_TYPES.includes(options.type ?? 'none')) throw new TypeError('Invalid message box type')
  if (!Array.isArray(options.buttons ?? [])) throw new TypeError('Buttons must be an array')
  return options
}

/** Checks that the button exists: a user can press no other. */
function pressed(response: number, { buttons = [] }: MessageBox): number {
  if (response < 0 || response >= Math.max(1, buttons.length))
    throw new Error(`The message box has no button ${response}`)
  return response
}

export const dialog = strict('Dialog', {
  async showMessageBox(...args: object[]): Promise<{ response: number; checkboxChecked: boolean }> {
    const options = messageBox(args)
    const { response } = (await answer('message', options)) as { response: number }
    return { response: pressed(response, options), checkboxChecked: false }
  },
  showMessageBoxSync(...args: object[]): number {
    const options = messageBox(args)
    return pressed(answerAtOnce('question', options) as number, options)
  },
  async showSaveDialog(...args: object[]): Promise<{ canceled: boolean; filePath: string }> {
    const options = optionsOf<FileDialog>('save dialog', args, FILE)
    checkFilters(options.filters)
    const given = await answer('save', options)
    return { canceled: true, filePath: '', ...(given as object) }
  },
  async showOpenDialog(...args: object[]): Promise<{ canceled: boolean; filePaths: string[] }> {
    const options = optionsOf<FileDialog>('open dialog', args, [...FILE, 'properties'])
    for (const property of options.properties ?? [])
      if (!PROPERTIES.includes(property))
        throw new Error(`The stand-in for Electron does not know the property ${property} of open dialogs`)
    checkFilters(options.filters)
    const given = await answer('open', options)
    return { canceled: true, filePaths: [], ...(given as object) }
  },
  showErrorBox(title: string, text: string): void {
    person.shown.push({ kind: 'error', options: { title, text } })
    process.stderr.write(`${title}: ${text}\n`)
  }
})

/** The save dialog that Electron shows by itself when a page downloads a file; null: do not save. */
export async function askWhereToSave(name: string): Promise<string | null> {
  const options = { defaultPath: join(appItself.getPath('downloads'), name) }
  const { canceled, filePath } = (await answer('save', options)) as { canceled: boolean; filePath: string }
  return canceled ? null : filePath
}

/** File filters of a dialog: extensions have no leading dot. */
function checkFilters(filters: Filter[] = []): void {
  for (const filter of filters) {
    checkKeys('file filter', filter, ['name', 'extensions'])
    for (const extension of filter.extensions)
      if (!/^(\*|[^.*]+)$/.test(extension)) throw new Error(`No extension ${extension}`)
  }
}
