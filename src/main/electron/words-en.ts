import collections from '../../../messages/en/collections.json'
import decode from '../../../messages/en/decode.json'
import encode from '../../../messages/en/encode.json'
import errors from '../../../messages/en/errors.json'
import failures from '../../../messages/en/failures.json'
import schema from '../../../messages/en/schema.json'

/** Texts of native dialogs, menus and notifications, in English. */
export const english = {
  openLink: 'Open this address in your browser?',
  open: 'Open',
  cancel: 'Cancel',
  cannotStart: 'Treetop cannot start',
  inUse: (path: string, pid: number) => `Another Treetop (process ${pid}) is using ${path}. Quit it first.`,

  crashed: 'Treetop must quit',
  crashedDetail:
    'An unexpected error occurred. Recorded messages are safe on disk. The log says what happened; it contains no payloads and no passwords.',
  pageGone: 'The window stopped working several times',
  pageGoneDetail: 'Treetop is still recording. Reload the window, or look at the log first.',
  reload: 'Reload',
  showLogs: 'Show Logs',

  quitTitle: 'Quit Treetop?',
  quitClients: (clients: number) =>
    clients === 1
      ? 'One other client is connected to the local broker. It is disconnected when Treetop quits.'
      : `${clients} other clients are connected to the local broker. They are disconnected when Treetop quits.`,
  quitAnyway: 'Quit',
  discardTitle: 'Discard your changes?',
  discardText: 'A connection has changes that are not saved.',
  discard: 'Discard',
  keepEditing: 'Keep Editing',

  recording: 'Treetop recording',
  exportDone: 'Export finished',
  exportDoneText: (file: string) => `${file} is complete.`,
  exportFailed: 'Export failed',

  watchFired: (topic: string, value: string | null) => `${topic}: ${value ?? 'no message'}`,
  watchBack: (topic: string) => `Good again: ${topic}`,
  watchCheckFailed: (check: string, sentence: string) => `${check} failed: ${sentence}`,
  /** Of sentences that a process made. */
  messages: { ...collections, ...decode, ...encode, ...errors, ...failures, ...schema } as Readonly<
    Record<string, unknown>
  >,
  watchMore: (text: string, more: number) => `${text}, and ${more} more`,
  scriptMore: (text: string, more: number) => `${text} (and ${more} more)`,

  trayOpen: 'Open Treetop',
  trayStartBroker: 'Start Local Broker',
  trayStopBroker: 'Stop Local Broker',
  trayKeepRunning: 'Keep Running When the Window Is Closed',
  trayBrokerRunning: (address: string) => `Local broker: ${address}`,
  trayBrokerStopped: 'Local broker: stopped',
  trayBrokerFailed: 'The local broker could not start',
  trayBrokerFailedText:
    'Its port may be in use. Start it from the Treetop window to see why, and which port is free.',
  trayStopFailed: 'The local broker could not be stopped',
  traySettingFailed: 'The setting could not be saved',
  trayFailedText: 'Try it from the Treetop window to see why.',

  about: 'About Treetop',
  services: 'Services',
  hide: 'Hide Treetop',
  hideOthers: 'Hide Others',
  unhide: 'Show All',
  quit: 'Quit Treetop',
  file: 'File',
  newConnection: 'New Connection',
  connections: 'Connections',
  openRecording: 'Open Recording…',
  saveRecording: 'Save Recording…',
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
  learn: 'Learn MQTT',
  shortcuts: 'Keyboard Shortcuts',
  checkForUpdates: 'Check for Updates…'
}

export type Words = typeof english
