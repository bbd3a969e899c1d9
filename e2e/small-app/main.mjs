// The smallest Electron app: one window, one page, and the preload that TREETOP_SMALL_PRELOAD names.
import { app, BrowserWindow, ipcMain, protocol } from 'electron'

protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])
ipcMain.on('say', (event, ...said) => event.sender.send('said', ...said))
app.on('window-all-closed', () => app.quit())

// Not awaited: Electron is ready only when this script has run.
app.whenReady().then(async () => {
  protocol.handle('app', () => {
    return new Response('<!doctype html><title>Small</title><h1>Small</h1>', {
      headers: { 'content-type': 'text/html' }
    })
  })
  const window = new BrowserWindow({
    width: 640,
    height: 480,
    show: true,
    webPreferences: { preload: process.env.TREETOP_SMALL_PRELOAD, sandbox: true, contextIsolation: true }
  })
  await window.loadURL('app://treetop/')
})
