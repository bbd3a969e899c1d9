import { app } from 'electron'
import { parseCall, usage } from './electron/arguments'
import { startDesktop } from './electron/desktop'
import { defaultDataDirectory } from './profiles/data-directory'
import { profilesIn } from './profiles/profiles'
import { spawnWorker } from './worker'

/** An unpackaged app is started as `electron FOLDER`, so its arguments begin one later. */
const argv = process.argv.slice(app.isPackaged ? 1 : 2)
const call = parseCall(argv, process.cwd())

switch (call.kind) {
  case 'run':
    startDesktop(call, argv)
    break
  case 'export':
    void runExport(call.argv)
    break
  case 'probe':
    void runProbe(call.argv)
    break
  case 'replay':
    void runReplay(call.argv)
    break
  case 'help':
    print(usage)
    break
  case 'version':
    print(`${app.getVersion()}\n`)
    break
}

/** The command line of the installed app: no window, and no bouncing Dock icon. */
async function runExport(argv: string[]): Promise<void> {
  app.dock?.hide()
  // The export opens history files in this thread, which the app itself never does.
  const command = await import('./transfer/command')
  app.exit(
    await command.runExport(argv, {
      profilesIn,
      defaultDataDirectory: defaultDataDirectory(),
      version: app.getVersion(),
      spawn: spawnWorker
    })
  )
}

/** Needs no window either. */
async function runProbe(argv: string[]): Promise<void> {
  app.dock?.hide()
  const command = await import('./probe/command')
  app.exit(await command.runProbe(argv, app.getVersion()))
}

async function runReplay(argv: string[]): Promise<void> {
  app.dock?.hide()
  const command = await import('./automation/replay/command')
  app.exit(await command.runReplay(argv, { profilesIn, defaultDataDirectory: defaultDataDirectory() }))
}

/** Exits after the text has been written. */
function print(text: string): void {
  process.stdout.write(text, () => app.exit(0))
}
