import { ipcListeners } from './contents'
import { strict } from './strict'

class IpcMain {
  on(channel: string, listener: (...args: unknown[]) => void): this {
    ipcListeners.on(channel, listener)
    return this
  }

  removeListener(channel: string, listener: (...args: unknown[]) => void): this {
    ipcListeners.removeListener(channel, listener)
    return this
  }

  eventNames(): (string | symbol)[] {
    return ipcListeners.eventNames()
  }
}

/** Electron's `ipcMain`: its events are the channels. */
export const ipcMain = strict('IpcMain', new IpcMain())
