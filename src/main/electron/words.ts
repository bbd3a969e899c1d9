import { app } from 'electron'
import type { Settings } from '../../shared/contract/app'

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

const englishMenu = {
  about: 'About Treetop',
  services: 'Services',
  hide: 'Hide Treetop',
  hideOthers: 'Hide Others',
  unhide: 'Show All',
  quit: 'Quit Treetop',
  file: 'File',
  newConnection: 'New Connection',
  connections: 'Connections',
  exportMessages: 'Export Messages…',
  close: 'Close Window',
  settings: 'Settings',
  edit: 'Edit',
  undo: 'Undo',
  redo: 'Redo',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  delete: 'Delete',
  selectAll: 'Select All',
  view: 'View',
  commands: 'Commands…',
  topics: 'Topics',
  board: 'Board',
  traffic: 'Traffic',
  packets: 'Packets',
  resetZoom: 'Actual Size',
  zoomIn: 'Zoom In',
  zoomOut: 'Zoom Out',
  fullScreen: 'Full Screen',
  window: 'Window',
  minimize: 'Minimize',
  zoom: 'Zoom',
  front: 'Bring All to Front',
  help: 'Help',
  shortcuts: 'Keyboard Shortcuts'
}

type MenuWords = typeof englishMenu

const chineseMenu: MenuWords = {
  about: '关于 Treetop',
  services: '服务',
  hide: '隐藏 Treetop',
  hideOthers: '隐藏其他',
  unhide: '全部显示',
  quit: '退出 Treetop',
  file: '文件',
  newConnection: '新建连接',
  connections: '连接',
  exportMessages: '导出消息…',
  close: '关闭窗口',
  settings: '设置',
  edit: '编辑',
  undo: '撤销',
  redo: '重做',
  cut: '剪切',
  copy: '复制',
  paste: '粘贴',
  delete: '删除',
  selectAll: '全选',
  view: '显示',
  commands: '命令…',
  topics: '主题',
  board: '看板',
  traffic: '流量',
  packets: '报文',
  resetZoom: '实际大小',
  zoomIn: '放大',
  zoomOut: '缩小',
  fullScreen: '全屏',
  window: '窗口',
  minimize: '最小化',
  zoom: '缩放',
  front: '前置全部窗口',
  help: '帮助',
  shortcuts: '键盘快捷键'
}

/** The words of the menu, in the language that the person chose, or the system's. */
export function menuWords(language: Settings['language']): MenuWords {
  const chosen = language === 'system' ? app.getLocale() : language
  return chosen.startsWith('zh') ? chineseMenu : englishMenu
}
