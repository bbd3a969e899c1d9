import { app } from './app'
import { chooseInTray, desk, powerMonitor } from './desk'
import { theme } from './theme'
import { heard } from './contents'
import { chooseInMenu, current } from './menu'
import { person } from './person'
import { answerTests } from './stage'
import { opened } from './window'

/** What a test asks of the person and of the shell: each is answered over the same line. */
const asked: Record<string, (argument: never) => unknown> = {
  state: () => ({
    menu: current.menu,
    shown: person.shown,
    opened: person.opened,
    inFolder: person.inFolder,
    popups: current.popups,
    tray: desk.tray && { tip: desk.tray.tip, menu: desk.tray.menu },
    notices: desk.notices.map(({ options }) => options),
    windows: opened.map(({ options, window }) => ({
      options,
      visible: window.visible,
      maximized: window.maximized,
      bounds: window.bounds,
      minimized: window.minimized,
      focused: window.focused,
      progress: window.progress,
      background: window.background,
      closed: window.isDestroyed()
    }))
  }),
  answer: ({ kind, value }: { kind: string; value: unknown }) =>
    person.answers.set(kind, [...(person.answers.get(kind) ?? []), value]),
  menu: (labels: string[]) => chooseInMenu(labels),
  moveTo: (bounds: { x: number; y: number; width: number; height: number }) =>
    opened.forEach(({ window }) => {
      window.bounds = bounds
      window.emit('move')
    }),
  maximize: () => opened.forEach(({ window }) => window.maximize()),
  minimize: () => opened.forEach(({ window }) => (window.minimized = true)),
  tray: (label: string) => chooseInTray(label),
  notice: (index: number) => desk.notices[index]!.emit('click'),
  systemTheme: (dark: boolean) => theme.setSystem(dark),
  /** Another program's window comes to the front. */
  behind: () => opened.forEach(({ window }) => (window.inFront = false)),
  closeWindow: () => opened.forEach(({ window }) => window.isDestroyed() || window.close()),
  contextMenu: (parameters: object) => opened.at(-1)!.window.webContents.emit('context-menu', {}, parameters),
  openUrl: (url: string) => app.emit('open-url', { preventDefault: () => undefined }, url),
  openFile: (path: string) => app.emit('open-file', { preventDefault: () => undefined }, path),
  shutDown: () => {
    powerMonitor.emit('shutdown')
    app.quit()
  },
  /** Something breaks in main that nobody thought of. */
  break: (message: string) =>
    void setImmediate(() => {
      throw new Error(message)
    }),
  reject: (message: string) => void Promise.reject(new Error(message)),
  heard: () => heard.count,
  quit: () => app.quit()
}

/** Answers the test that started this process. */
export function listen(): void {
  answerTests(
    (what, argument) => JSON.parse(JSON.stringify(asked[what]!(argument as never) ?? null)) as unknown
  )
}
