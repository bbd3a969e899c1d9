import type { Log } from '../log/log'

/** The part of electron-updater that updates.ts uses. */
export interface Updater {
  /** The published version if it is newer, otherwise null. */
  check(): Promise<string | null>
  /** Downloads the update and verifies its checksum. Calls `progress` with the downloaded share, 0 to 1. */
  download(progress: (share: number) => void): Promise<void>
  /** Installs the update and starts it when this process ends. Throws if it cannot be installed. */
  install(): void
}

/** Error code: the package has no update address. */
export const NOT_LOOKED = 'NOT_LOOKED'

/** The only headers kept in update requests. None of them identifies the user. */
const HEADERS = ['accept', 'accept-encoding', 'cache-control', 'host', 'range']

/**
 * Loads electron-updater. Loading is slow, so it happens at the first check. The updater neither downloads on its own nor installs when
 * Treetop quits. Its identifier for staged rollouts, Chromium's user agent and the system's languages are not sent.
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
      // There is nothing to replace, for example because the AppImage was unpacked.
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
      // Not silent: the installer shows its window. The app is started again afterwards.
      autoUpdater.quitAndInstall(false, true)
      autoUpdater.off('error', hear)
      if (faults[0]) throw faults[0]
    }
  }
}
