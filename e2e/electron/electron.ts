/** The stand-in for the module `electron` of the main process: what Treetop uses of it, and not more. */
import { app, nativeTheme } from './app'
import { listen } from './control'
import { BrowserWindow } from './window'
import { dialog, ipcMain, Menu, protocol, safeStorage, screen, session, shell } from './native'

listen()

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  protocol,
  safeStorage,
  screen,
  session,
  shell
}
