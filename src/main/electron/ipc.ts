import { ipcMain, type IpcMainEvent, type WebContents } from 'electron'
import type { Channel } from '../../shared/rpc/channel'
import { IPC_CHANNEL } from '../../shared/rpc/bridge'
import { isPage } from './page'

/** One load of the page, and the channel to it. */
interface Document {
  id: string
  listener: (message: unknown) => void
  close(): void
}

/** Calls `connect` with a channel for each page load that posts. A reload closes the previous channel. Other senders are ignored. */
export function servePages(connect: (channel: Channel) => void): void {
  const documents = new Map<WebContents, Document>()
  /** Whose end is listened for. */
  const followed = new WeakSet<WebContents>()

  const admit = (contents: WebContents, id: string): Document => {
    const before = documents.get(contents)
    if (before?.id === id) return before
    before?.close()
    if (!followed.has(contents)) {
      followed.add(contents)
      const end = (): void => {
        documents.get(contents)?.close()
        documents.delete(contents)
      }
      contents.once('destroyed', end)
      contents.on('render-process-gone', end)
    }
    const document = openDocument(contents, id, connect)
    documents.set(contents, document)
    return document
  }

  ipcMain.on(IPC_CHANNEL, (event, id: unknown, message: unknown) => {
    if (isFromPage(event) && typeof id === 'string') admit(event.sender, id).listener(message)
  })
}

/** Accepts only the page's main frame, not its subframes, and not another site that the window shows. */
function isFromPage({ sender, senderFrame }: IpcMainEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isPage(senderFrame.url)
}

function openDocument(contents: WebContents, id: string, connect: (channel: Channel) => void): Document {
  const closers: (() => void)[] = []
  let open = true
  const document: Document = {
    id,
    listener: () => undefined,
    close() {
      open = false
      for (const close of closers.splice(0)) close()
    }
  }
  connect({
    post(message) {
      if (open && !contents.isDestroyed()) contents.send(IPC_CHANNEL, id, message)
    },
    on: (listener) => void (document.listener = listener),
    onClose: (listener) => closers.push(listener)
  })
  return document
}
