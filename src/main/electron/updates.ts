import type { UpdateMeans, UpdateStatus, UpdateStep } from '../../shared/contract/updates'
import type { Host } from '../host'
import type { Log } from '../log/log'
import { updateFault } from './update-faults'
import type { Updater } from './updater'

/** Interval between two checks, and after a failed check, in ms. */
const DAY = 24 * 60 * 60 * 1_000
const RETRY = 60 * 60 * 1_000
/** Delay of the first check, which keeps it from slowing the start, in ms. */
const START_DELAY = 30_000

export interface UpdateOptions {
  means: UpdateMeans
  /** The release page. */
  page: string | null
  /** Time of the last check; null: never. */
  checkedAt: number | null
  mayAsk: boolean
  load: () => Promise<Updater>
  /** Stores the time of the last check. */
  keep: (checkedAt: number) => void
  /** Flushes everything to disk. The services are closed afterwards. */
  flush: () => Promise<void>
  /** Restarts Treetop without an update. */
  restart: () => void
  log: Log
}

/**
 * Updates of the desktop app. Checks once a day if the user has agreed. Downloads only on request, and installs only on a further
 * request.
 */
export class DesktopUpdates implements NonNullable<Host['updates']> {
  private step: UpdateStep = { state: 'idle' }
  private updater: Promise<Updater> | null = null
  private checkedAt: number | null
  private timer: NodeJS.Timeout | null = null
  private wasTold = false
  private readonly listeners: ((status: UpdateStatus) => void)[] = []

  constructor(private readonly options: UpdateOptions) {
    this.checkedAt = options.checkedAt
  }

  status(): UpdateStatus {
    const { means, page, mayAsk } = this.options
    return { means, page, mayAsk, step: this.step, checkedAt: this.checkedAt }
  }

  onChange(listener: (status: UpdateStatus) => void): void {
    this.listeners.push(listener)
  }

  setDaily(daily: boolean): void {
    const isFirst = !this.wasTold
    this.wasTold = true
    if (this.timer) clearTimeout(this.timer)
    this.timer = null
    if (!daily || this.options.means === 'none') return
    const due = this.checkedAt === null ? 0 : this.checkedAt + DAY - Date.now()
    this.lookIn(Math.max(due, isFirst ? START_DELAY : 0))
  }

  async check(): Promise<void> {
    if (this.options.means === 'none' || this.isBusy()) return
    this.go({ state: 'checking' })
    await this.doing(async (updater) => {
      const version = await updater.check()
      this.checkedAt = Date.now()
      this.options.keep(this.checkedAt)
      this.go(version === null ? { state: 'current' } : { state: 'available', version })
    })
    if (this.timer) this.lookIn(this.step.state === 'failed' ? RETRY : DAY)
  }

  async download(): Promise<void> {
    if (this.options.means !== 'install' || this.step.state !== 'available') return
    const { version } = this.step
    this.go({ state: 'downloading', version, share: 0 })
    await this.doing(async (updater) => {
      await updater.download((share) => this.go({ state: 'downloading', version, share }))
      this.go({ state: 'ready', version })
    })
  }

  async install(): Promise<void> {
    if (this.step.state !== 'ready') return
    const { version } = this.step
    this.go({ state: 'installing', version })
    const updater = await this.updater!
    // The new version needs the data directory, so this process must release it first.
    await this.options.flush()
    try {
      this.options.log.info(() => `version ${version} is installed`)
      updater.install()
    } catch (error) {
      this.options.log.error(() => `version ${version} could not be installed`, error)
      this.options.restart()
    }
  }

  private isBusy(): boolean {
    return ['checking', 'downloading', 'ready', 'installing'].includes(this.step.state)
  }

  private async doing(work: (updater: Updater) => Promise<void>): Promise<void> {
    try {
      this.updater ??= this.options.load()
      await work(await this.updater)
    } catch (error) {
      this.options.log.warn('an update failed', error)
      this.go({ state: 'failed', fault: updateFault(error) })
    }
  }

  private lookIn(delay: number): void {
    if (this.timer) clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.check(), delay)
    this.timer.unref()
  }

  private go(step: UpdateStep): void {
    this.step = step
    const status = this.status()
    for (const listener of this.listeners) listener(status)
  }
}
