import { contextBridge, ipcRenderer } from 'electron'
import { IPC_CHANNEL, type Bridge } from '../shared/rpc/bridge'

/** Names this document, so that what was meant for the one before a reload does not reach this one. */
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
