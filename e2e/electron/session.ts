import { EventEmitter } from 'node:events'
import { askWhereToSave } from './dialog'
import { fromPartition } from './net'
import { strict } from './strict'

type BeforeRequest = (details: { url: string }, answer: (given: { cancel?: boolean }) => void) => void

let beforeRequest: BeforeRequest | null = null

class Session extends EventEmitter {
  readonly webRequest = strict('webRequest', {
    onBeforeRequest: (listener: BeforeRequest) => void (beforeRequest = listener)
  })

  setPermissionRequestHandler(): void {
    // The browser that draws has no such question: it grants nothing by itself.
  }

  setPermissionCheckHandler(): void {
    // The same.
  }

  setDevicePermissionHandler(): void {
    // The same.
  }

  setSpellCheckerEnabled(_on: boolean): void {
    // The browser that draws fetches no dictionaries.
  }
}

const pages = new Session()

export const session = strict('session', { defaultSession: strict('defaultSession', pages), fromPartition })

/** Whether a request of a page may go out. */
export async function mayRequest(url: string): Promise<boolean> {
  if (!beforeRequest) return true
  const { cancel } = await new Promise<{ cancel?: boolean }>((answer) => beforeRequest!({ url }, answer))
  return cancel !== true
}

/** Where a page's download goes: null when nobody wants it. Without a listener that says otherwise the person is asked, as Electron does. */
export async function whereToSave(contents: object, url: string, name: string): Promise<string | null> {
  let prevented = false
  const item = strict('download', { getURL: () => url, getFilename: () => name })
  pages.emit('will-download', { preventDefault: () => void (prevented = true) }, item, contents)
  return prevented ? null : askWhereToSave(name)
}
