import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { app, dialog, shell } from 'electron'
import { isAppError } from '../../shared/errors'
import { compose, type App } from '../compose'
import { logPath, openLog } from '../log/file'
import { tellStart } from '../log/start'
import { defaultDataDirectory, holdDataDirectory } from '../profiles/data-directory'
import { parseCall, type DesktopCall } from './arguments'
import { confinePages } from './confine'
import { Crash } from './crash'
import { chooseExportFile } from './export-file'
import { chooseFolder } from './folder'
import { chooseRecordingFile } from './recording-file'
import { followExports } from './export-notices'
import { servePages } from './ipc'
import { Leaving } from './leaving'
import { linkOpening } from './links'
import { setMenu, showMenu } from './menu'
import { registerScheme, servePage } from './page-protocol'
import { revivePages } from './revive'
import { safeStorageBox } from './safe-storage'
import { restrictSession } from './web-session'
import { followScripts } from './script-notices'
import { smokeTest } from './smoke'
import { followTheme } from './theme'
import { updatesHere } from './updates-here'
import { spawnUtilityProcess } from './utility-process'
import { TrayIcon } from './tray'
import { followWatch } from './watch-notices'
import { MainWindow } from './window'
import { WindowStates } from './window-state'
import { speak, words } from './words'

/** Sent by a second start to the running instance. */
interface Handed {
  argv: string[]
  cwd: string
}

const preload = resolve(import.meta.dirname, '../preload/index.cjs')
const root = resolve(import.meta.dirname, '../renderer')

/** Links and files that arrived before the app could open them. */
const early: string[] = []
let arrive = (target: string): void => void early.push(target)

/** Starts the desktop app, or brings the running instance to the front. `argv` is this process's command line. */
export function startDesktop(call: DesktopCall & { kind: 'run' }, argv: string[]): void {
  const dataDirectory = resolve(call.dataDirectory ?? defaultDataDirectory())
  // Chromium's files are stored beside ours, so each data directory has its own instance and lock.
  const chromium = join(dataDirectory, 'electron')
  try {
    mkdirSync(dataDirectory, { recursive: true, mode: 0o700 })
    mkdirSync(chromium, { recursive: true })
  } catch (error) {
    void app.whenReady().then(() => fail(error))
    return
  }
  app.setPath('userData', chromium)

  const handed: Handed = { argv, cwd: process.cwd() }
  if (!app.requestSingleInstanceLock(handed)) return app.quit()
  app.enableSandbox()
  registerScheme()
  // macOS passes links and files by events, possibly before the app is ready.
  app.on('open-url', (event, url) => {
    event.preventDefault()
    arrive(url)
  })
  app.on('open-file', (event, path) => {
    event.preventDefault()
    arrive(path)
  })
  app
    .whenReady()
    .then(() => run(dataDirectory, call))
    .catch(fail)
}

async function run(
  dataDirectory: string,
  { smoke, targets, sandboxed }: DesktopCall & { kind: 'run' }
): Promise<void> {
  const release = holdDataDirectory(dataDirectory)
  const log = openLog(dataDirectory)
  const logFile = logPath(dataDirectory)
  tellStart(log, app.getVersion(), 'desktop')
  if (!sandboxed) log.warn(() => 'the sandbox is off (--no-sandbox): see docs/PACKAGES.md')
  const crash = new Crash(log, logFile)
  crash.start()
  // The shutdown handler is created once there is something to shut down.
  let flush = (): Promise<void> => Promise.resolve()
  const host = {
    kind: 'desktop',
    sandboxed,
    secrets: safeStorageBox(),
    chooseExportFile,
    chooseRecordingFile,
    chooseFolder,
    spawnProcess: spawnUtilityProcess,
    shell: { showMenu, showLogs: () => shell.showItemInFolder(logFile), links: linkOpening() },
    updates: await updatesHere(dataDirectory, log, () => flush())
  } as const
  const treetop = await compose({ dataDirectory, version: app.getVersion(), host, log })
  const states = new WindowStates(dataDirectory)
  await states.load()
  const window = new MainWindow(preload, states)
  const leaving = new Leaving(treetop, window, async () => {
    await Promise.all([treetop.close(), states.flush()])
    release()
    log.info('Treetop ends')
  })
  leaving.start()
  flush = crash.flush = () => leaving.flush()
  revivePages(log, logFile)
  confinePages()
  restrictSession()
  servePage(root)
  servePages((channel) => treetop.connect(channel))
  speakAndShow(treetop, window)
  const take = (target: string): void => {
    treetop.arrive(target)
    window.show()
  }
  for (const target of [...targets, ...early.splice(0)]) take(target)
  arrive = take
  window.show()
  if (smoke) return smokeTest(treetop, window, (code) => leaving.now(code))

  app.on('second-instance', (_event, _argv, _cwd, handed) => {
    // Chromium may reorder the arguments that it passes on; the additional data has them in their original order.
    const { argv, cwd } = handed as Handed
    const call = parseCall(argv, cwd)
    if (call.kind === 'run') call.targets.forEach(take)
    window.show()
  })
  app.on('activate', () => window.show())
}

/** Applies the settings to the native parts: language, theme, tray. */
function speakAndShow(treetop: App, window: MainWindow): void {
  const tray = new TrayIcon(treetop, window)
  const follow = (): void => {
    const { language, theme } = treetop.settings.get()
    speak(language)
    followTheme(theme)
    setMenu((id) => {
      window.show()
      treetop.command(id)
    })
    tray.update()
  }
  treetop.settings.onChange(follow)
  follow()
  tray.start()
  followExports(treetop, window)
  followWatch(treetop, window)
  followScripts(treetop, window)
}

function fail(error: unknown): void {
  const { cannotStart, inUse } = words()
  const text = isAppError(error, 'DATA_DIRECTORY_IN_USE')
    ? inUse(error.details.path, error.details.pid)
    : error instanceof Error
      ? error.message
      : String(error)
  dialog.showErrorBox(cannotStart, text)
  app.exit(1)
}
