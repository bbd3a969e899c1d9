import { EventEmitter } from 'node:events'
import { needReady } from './app'
import { askWhereToSave } from './dialog'
import { fromPartition } from './net'
import { happening, strict } from './strict'

type BeforeRequest = (details: { url: string }, answer: (given: { cancel?: boolean }) => void) => void
type OnRequest = (
  contents: object | null,
  permission: string,
  answer: (granted: boolean) => void,
  details: object
) => void
type OnCheck = (contents: object | null, permission: string, origin: string, details: object) => boolean

/** The app's listeners and decisions for all pages. Without them Electron allows every request. */
class Session extends EventEmitter {
  beforeRequest: BeforeRequest | null = null
  onRequest: OnRequest = (_contents, _permission, answer) => answer(true)
  onCheck: OnCheck = () => true
  onDevice: (details: object) => boolean = () => false
  readonly requests = strict('WebRequest', {
    onBeforeRequest: (listener: BeforeRequest) => void (this.beforeRequest = listener)
  })

  get webRequest(): object {
    return this.requests
  }

  setPermissionRequestHandler(handler: OnRequest): void {
    this.onRequest = handler
  }

  setPermissionCheckHandler(handler: OnCheck): void {
    this.onCheck = handler
  }

  setDevicePermissionHandler(handler: (details: object) => boolean): void {
    this.onDevice = handler
  }

  setSpellCheckerEnabled(_on: boolean): void {
    // The drawing browser fetches no dictionaries.
  }
}

const pages = new Session()
const defaultSession = strict('Session', pages, ['will-download'])

export const session = strict('Session (static)', {
  get defaultSession() {
    needReady('Session can only be received when app is ready')
    return defaultSession
  },
  fromPartition
})

/** Whether a page is granted a permission: on request, and on a check. */
export async function permitted(permission: string): Promise<{ asked: boolean; checked: boolean }> {
  const asked = await new Promise<boolean>((resolve) => pages.onRequest(null, permission, resolve, {}))
  return { asked, checked: pages.onCheck(null, permission, 'app://treetop', {}) }
}

/** Whether a request of a page may go out. */
export async function mayRequest(url: string): Promise<boolean> {
  const { beforeRequest } = pages
  if (!beforeRequest) return true
  const { cancel } = await new Promise<{ cancel?: boolean }>((answer) => beforeRequest({ url }, answer))
  return cancel !== true
}

/** The path of a page's download, or null to cancel it. Unless a listener decides, the user is asked, as in Electron. */
export async function whereToSave(contents: object, url: string, name: string): Promise<string | null> {
  const event = happening({})
  const item = strict('DownloadItem', { getURL: () => url, getFilename: () => name })
  pages.emit('will-download', event, item, contents)
  return event.defaultPrevented ? null : askWhereToSave(name)
}
