import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { app } from 'electron'
import { rootHelp, runCommand, type Found } from './command/dispatch'
import { parse } from './command/parse'
import { desktopMode, parseCall } from './electron/arguments'
import { startDesktop } from './electron/desktop'
import { safeStorageBox } from './electron/safe-storage'
import { defaultDataDirectory } from './profiles/data-directory'
import { spawnWorker } from './worker'

/** An unpackaged app is started as `electron FOLDER`, so its arguments begin one later. */
const argv = process.argv.slice(app.isPackaged ? 1 : 2)
const call = parseCall(argv, process.cwd())

switch (call.kind) {
  case 'run':
    startDesktop(call, argv)
    break
  case 'command':
    useKeyring(call.found)
    void runWithoutWindow(call.found)
    break
  case 'help':
    print(rootHelp(desktopMode))
    break
  case 'version':
    print(`${app.getVersion()}\n`)
    break
}

/** On Windows, the key of the stored secrets is among Chromium's files, whose folder must be known before Electron is ready. */
function useKeyring({ command, argv }: Found): void {
  if (!command.usesSecrets) return
  const parsed = parse(command, argv)
  const given = parsed.kind === 'call' ? parsed.values['data-dir'] : undefined
  const chromium = join(typeof given === 'string' ? resolve(given) : defaultDataDirectory(), 'electron')
  if (existsSync(chromium)) app.setPath('userData', chromium)
}

/** The command line of the installed app: no window, and no bouncing Dock icon. */
async function runWithoutWindow(found: Found): Promise<void> {
  app.dock?.hide()
  // The reader of the output may close its end first.
  process.stdout.on('error', () => undefined)
  app.exit(
    await runCommand(found, {
      version: app.getVersion(),
      defaultDataDirectory: defaultDataDirectory(),
      spawn: spawnWorker,
      environment: process.env,
      async secretBox() {
        await app.whenReady()
        return safeStorageBox()
      },
      root: desktopMode
    })
  )
}

/** Exits after the text has been written. */
function print(text: string): void {
  process.stdout.write(text, () => app.exit(0))
}
