/** The stand-in for the main process's `electron` module: only the parts that Treetop uses. */
import { app } from './app'
import { BrowserWindow } from './window'
import { nativeImage, Notification, powerMonitor, Tray } from './desk'
import { dialog } from './dialog'
import { ipcMain } from './ipc-main'
import { Menu } from './menu'
import { autoUpdater, net } from './net'
import { protocol } from './protocol'
import { safeStorage } from './safe-storage'
import { screen } from './screen'
import { session } from './session'
import { shell } from './shell'
import { nativeTheme } from './theme'
import { utilityProcess } from './utility-process'

export {
  app,
  autoUpdater,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  nativeTheme,
  net,
  Notification,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  Tray,
  utilityProcess
}
