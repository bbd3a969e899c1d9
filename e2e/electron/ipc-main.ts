import { ipcListeners } from './contents'
import { strict } from './strict'

export const ipcMain = strict('ipcMain', {
  on: (channel: string, listener: (...args: unknown[]) => void) => void ipcListeners.on(channel, listener)
})
