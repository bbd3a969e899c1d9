import { app, appItself } from './app'
import { heard } from './contents'
import { desk, power } from './desk'
import { current } from './menu'
import { person } from './person'
import { screenItself, type DisplayGiven } from './screen'
import { permitted } from './session'
import { answerTests } from './stage'
import { happening, strict } from './strict'
import { theme } from './theme'
import { opened, type Bounds, type WindowDouble } from './window'

const here = (): WindowDouble[] => opened.filter((window) => !window.isDestroyed())

/** A test's commands to the simulated user, the system and the shell: all are answered over the same link. */
const asked: Record<string, (argument: never) => unknown> = {
  state: () => ({
    menu: current.menu?.entries() ?? [],
    shown: person.shown,
    opened: person.opened,
    inFolder: person.inFolder,
    popups: current.popups,
    notices: desk.notices,
    tray: desk.tray && { tip: desk.tray.tip, menu: desk.tray.menu?.entries() ?? [] },
    windows: opened.map((window) => ({
      options: window.options,
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
  menu: (labels: string[]) => current.menu!.choose(labels),
  tray: (label: string) => desk.tray!.menu!.choose([label]),
  moveTo: (bounds: Bounds) => here().forEach((window) => window.place(bounds)),
  maximize: () => here().forEach((window) => window.maximize()),
  minimize: () => here().forEach((window) => window.minimize()),
  closeWindow: () => here().forEach((window) => window.close()),
  contextMenu: (parameters: object) =>
    here().at(-1)!.contents.emit('context-menu', happening({}), strict('ContextMenuParams', parameters)),
  displays: (displays: DisplayGiven[]) => screenItself.change(displays),
  systemTheme: (dark: boolean) => theme.setSystem(dark),
  permission: (permission: string) => permitted(permission),
  openUrl: (url: string) => app.emit('open-url', happening({}), url),
  openFile: (path: string) => app.emit('open-file', happening({}), path),
  shutDown: () => {
    power.emit('shutdown')
    appItself.quit()
  },
  /** Causes an unexpected failure in main. */
  break: (message: string) =>
    void setImmediate(() => {
      throw new Error(message)
    }),
  reject: (message: string) => void Promise.reject(new Error(message)),
  heard: () => heard.count,
  quit: () => appItself.quit()
}

/** Answers the test that started this process. */
export function listen(electron: object): void {
  /** Runs a test's function in main, like Playwright's `evaluate` for Electron itself. */
  const evaluate = ({ script, argument }: { script: string; argument: unknown }): unknown => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- a test's own text
    const run = new Function('electron', 'argument', `return (${script})(electron, argument)`)
    return (run as (electron: object, argument: unknown) => unknown)(electron, argument)
  }
  const answers: Record<string, (argument: never) => unknown> = { ...asked, evaluate }
  answerTests(async (what, argument) => {
    const does = answers[what]
    if (!does) throw new Error(`Nobody can be asked for "${what}"`)
    const value = (await does(argument as never)) ?? null
    return JSON.parse(JSON.stringify(value)) as unknown
  })
}
