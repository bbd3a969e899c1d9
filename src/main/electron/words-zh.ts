import collections from '../../../messages/zh-CN/collections.json'
import decode from '../../../messages/zh-CN/decode.json'
import encode from '../../../messages/zh-CN/encode.json'
import errors from '../../../messages/zh-CN/errors.json'
import failures from '../../../messages/zh-CN/failures.json'
import schema from '../../../messages/zh-CN/schema.json'
import type { Words } from './words-en'

/** Texts of native dialogs, menus and notifications, in Simplified Chinese. */
export const chinese: Words = {
  openLink: '在浏览器中打开此地址？',
  open: '打开',
  cancel: '取消',
  cannotStart: 'Treetop 无法启动',
  inUse: (path, pid) => `另一个 Treetop（进程 ${pid}）正在使用 ${path}。请先将其退出。`,

  crashed: 'Treetop 必须退出',
  crashedDetail: '发生了意外错误。已记录的消息都在磁盘上，不会丢失。详情见日志；日志不含载荷和密码。',
  pageGone: '窗口多次停止工作',
  pageGoneDetail: 'Treetop 仍在继续记录。请重新加载窗口，或先查看日志。',
  reload: '重新加载',
  showLogs: '显示日志',

  quitTitle: '要退出 Treetop 吗？',
  quitClients: (clients) =>
    `还有 ${clients} 个其他客户端连接在本地 Broker 上。退出 Treetop 后，它们的连接会断开。`,
  quitAnyway: '退出',
  discardTitle: '放弃所做的修改？',
  discardText: '有一个连接的修改尚未保存。',
  discard: '放弃',
  keepEditing: '继续编辑',

  recording: 'Treetop 录制文件',
  exportDone: '导出完成',
  exportDoneText: (file) => `${file} 已导出。`,
  exportFailed: '导出失败',

  watchFired: (topic, value) => `${topic}：${value ?? '没有消息'}`,
  watchBack: (topic) => `恢复正常：${topic}`,
  watchCheckFailed: (check, sentence) => `${check} 未通过：${sentence}`,
  messages: { ...collections, ...decode, ...encode, ...errors, ...failures, ...schema },
  watchMore: (text, more) => `${text}，另有 ${more} 个`,
  scriptMore: (text, more) => `${text}（另有 ${more} 条）`,

  trayOpen: '打开 Treetop',
  trayStartBroker: '启动本地 Broker',
  trayStopBroker: '停止本地 Broker',
  trayKeepRunning: '关闭窗口后继续运行',
  trayBrokerRunning: (address) => `本地 Broker：${address}`,
  trayBrokerStopped: '本地 Broker：已停止',
  trayBrokerFailed: '本地 Broker 无法启动',
  trayBrokerFailedText: '端口可能已被占用。请在 Treetop 窗口中启动，以查看原因和可用的端口。',
  trayStopFailed: '本地 Broker 无法停止',
  traySettingFailed: '设置无法保存',
  trayFailedText: '请在 Treetop 窗口中重试，以查看原因。',

  about: '关于 Treetop',
  services: '服务',
  hide: '隐藏 Treetop',
  hideOthers: '隐藏其他',
  unhide: '全部显示',
  quit: '退出 Treetop',
  file: '文件',
  newConnection: '新建连接',
  connections: '连接',
  openRecording: '打开录制文件…',
  saveRecording: '保存录制文件…',
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
  learn: '学习 MQTT',
  shortcuts: '键盘快捷键',
  checkForUpdates: '检查更新…'
}
