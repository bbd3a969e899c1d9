import { app } from 'electron'

interface Words {
  openLink: string
  open: string
  cancel: string
  cannotStart: string
  inUse: (path: string, pid: number) => string
}

const english: Words = {
  openLink: 'Open this address in your browser?',
  open: 'Open',
  cancel: 'Cancel',
  cannotStart: 'Treetop cannot start',
  inUse: (path, pid) => `Another Treetop (process ${pid}) uses ${path}. End that one first.`
}

const chinese: Words = {
  openLink: '在浏览器中打开此地址？',
  open: '打开',
  cancel: '取消',
  cannotStart: 'Treetop 无法启动',
  inUse: (path, pid) => `另一个 Treetop（进程 ${pid}）正在使用 ${path}。请先结束它。`
}

/** The few words of native dialogs, in the system's language. Electron is ready by then. */
export function words(): Words {
  return app.getLocale().startsWith('zh') ? chinese : english
}
