import { contextBridge, ipcRenderer } from 'electron'
import { IPC_CHANNEL, type Bridge } from '../shared/rpc/bridge'

/** Identifies this document, so that messages for the document before a reload are not delivered to it. */
const own = crypto.randomUUID()

let listener: (message: unknown) => void = () => undefined
ipcRenderer.on(IPC_CHANNEL, (_event, document: unknown, message: unknown) => {
  if (document === own) listener(message)
})

const bridge: Bridge = {
  post: (message) => ipcRenderer.send(IPC_CHANNEL, own, message),
  on: (next) => {
    listener = next
  }
}
contextBridge.exposeInMainWorld('treetop', bridge)
