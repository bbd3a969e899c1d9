import type { Log } from '../log/log'

/** What the updates (updates.ts) want of electron-updater. */
export interface Updater {
  /** The newer version that is published, or null. */
  check(): Promise<string | null>
  /** Downloads what was found and compares it with its checksum. `progress` hears of the share that is here. */
  download(progress: (share: number) => void): Promise<void>
  /** Puts it in this one's place and has it started when this process ends. Throws when that cannot be done. */
  install(): void
}

/** Code of an error: nobody knows where newer versions of this are. */
export const NOT_LOOKED = 'NOT_LOOKED'

/** Headers that a request for an update goes out with: what is asked for, and nothing on who asks. */
const HEADERS = ['accept', 'accept-encoding', 'cache-control', 'host', 'range']

/**
 * Loads electron-updater, which takes its time: not before somebody wants to know. It downloads nothing by itself, and installs nothing
 * when Treetop ends. The identifier that it makes up for gradual releases, and what Chromium tells of itself and of the
 * system's languages, do not leave the machine.
 */
export async function loadUpdater(log: Log): Promise<Updater> {
  const { default: module } = await import('electron-updater')
  const { autoUpdater } = module
  autoUpdater.autoDownload = false
  autoUpdater.autoInstallOnAppQuit = false
  autoUpdater.allowDowngrade = false
  autoUpdater.isUserWithinRollout = () => true
  autoUpdater.logger = {
    info: (text: unknown) => log.info(() => `updates: ${String(text)}`),
    warn: (text: unknown) => log.warn(() => `updates: ${String(text)}`),
    error: (text: unknown) => log.error(() => `updates: ${String(text)}`),
    debug: (text: string) => log.debug(() => `updates: ${text}`)
  }
  autoUpdater.netSession.webRequest.onBeforeSendHeaders(({ requestHeaders }, answer) => {
    const kept = Object.entries(requestHeaders).filter(([name]) => HEADERS.includes(name.toLowerCase()))
    answer({ requestHeaders: { ...Object.fromEntries(kept), 'user-agent': 'Treetop' } })
  })
  return {
    async check() {
      const found = await autoUpdater.checkForUpdates()
      // It has nothing to go by: an AppImage that was unpacked, say.
      if (!found) throw Object.assign(new Error('electron-updater does not look'), { code: NOT_LOOKED })
      return found.isUpdateAvailable ? found.updateInfo.version : null
    },
    async download(progress) {
      const hear = ({ percent }: { percent: number }): void => progress(Math.min(1, percent / 100))
      autoUpdater.on('download-progress', hear)
      try {
        await autoUpdater.downloadUpdate()
      } finally {
        autoUpdater.off('download-progress', hear)
      }
    },
    install() {
      const faults: Error[] = []
      const hear = (error: Error): void => void faults.push(error)
      autoUpdater.once('error', hear)
      // Not silent, so that an installer that has a window shows what it does; started again when it is done.
      autoUpdater.quitAndInstall(false, true)
      autoUpdater.off('error', hear)
      if (faults[0]) throw faults[0]
    }
  }
}
