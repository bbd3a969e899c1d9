import { statSync, watch, type FSWatcher } from 'node:fs'

/** Changes within this time are read once, in ms. */
const SETTLE = 120
/** Where the system cannot watch, the folder is read this often, in ms. */
const POLL = 5_000

/** Calls `changed` some time after anything in a folder changed, until it is closed. The folder need not exist. */
export class FolderWatch {
  private watcher: FSWatcher | null = null
  private timer: NodeJS.Timeout | null = null
  /** Tells the folder from another one that took its place. */
  private inode = 0
  private readonly poll: NodeJS.Timeout

  constructor(
    private readonly directory: string,
    private readonly changed: () => void
  ) {
    this.poll = setInterval(() => {
      if (this.watcher && inodeOf(this.directory) === this.inode) return
      this.watcher?.close()
      this.start()
      this.changed()
    }, POLL)
    this.poll.unref()
    this.start()
  }

  close(): void {
    clearInterval(this.poll)
    if (this.timer) clearTimeout(this.timer)
    this.watcher?.close()
  }

  private start(): void {
    try {
      this.inode = inodeOf(this.directory)
      this.watcher = watch(this.directory, { recursive: true, persistent: false }, () => this.note())
      this.watcher.on('error', () => this.lost())
    } catch {
      // It does not exist, or the system watches enough already: `poll` tries again.
      this.watcher = null
    }
  }

  /** A folder that is removed or renamed is no longer watched. */
  private lost(): void {
    this.watcher?.close()
    this.watcher = null
    this.note()
  }

  private note(): void {
    if (this.timer) return
    this.timer = setTimeout(() => {
      this.timer = null
      this.changed()
    }, SETTLE)
    this.timer.unref()
  }
}

/** 0 if there is no such folder. */
function inodeOf(directory: string): number {
  return statSync(directory, { throwIfNoEntry: false })?.ino ?? 0
}
