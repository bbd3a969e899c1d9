import { statSync, watch, type FSWatcher } from 'node:fs'

/** Changes within this time are read once, in ms. */
const SETTLE = 120
/** Where the system cannot watch, or the folder is gone, it is read this often, in ms. */
const POLL = 5_000

/**
 * Calls `changed` some time after anything in the folders of a collection changed, until it is closed. Each folder is watched by itself:
 * watching a whole tree would include what is no part of the collection, such as `node_modules`.
 */
export class FolderWatch {
  private readonly watched = new Map<string, { watcher: FSWatcher; inode: number }>()
  private folders: readonly string[]
  private timer: NodeJS.Timeout | null = null
  private readonly poll: NodeJS.Timeout

  /** The folder need not exist. */
  constructor(
    directory: string,
    private readonly changed: () => void
  ) {
    this.folders = [directory]
    this.follow(this.folders)
    this.poll = setInterval(() => {
      if (this.follow(this.folders) || this.watched.size < this.folders.length) this.changed()
    }, POLL)
    this.poll.unref()
  }

  /** Watches these folders instead of the ones before. True if any of them was not watched. */
  follow(folders: readonly string[]): boolean {
    this.folders = folders
    const wanted = new Set(folders)
    for (const [folder, { watcher, inode }] of this.watched)
      if (!wanted.has(folder) || inodeOf(folder) !== inode) {
        watcher.close()
        this.watched.delete(folder)
      }
    const added = folders.filter((folder) => !this.watched.has(folder) && this.start(folder))
    // What changed before a folder was watched has not been read.
    if (added.length > 0) this.note()
    return added.length > 0
  }

  close(): void {
    clearInterval(this.poll)
    if (this.timer) clearTimeout(this.timer)
    for (const { watcher } of this.watched.values()) watcher.close()
    this.watched.clear()
  }

  private start(folder: string): boolean {
    try {
      const watcher = watch(folder, { persistent: false }, () => this.note())
      watcher.on('error', () => {
        watcher.close()
        this.watched.delete(folder)
      })
      this.watched.set(folder, { watcher, inode: inodeOf(folder) })
      return true
    } catch {
      // It does not exist, or the system watches enough already: `poll` tries again.
      return false
    }
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
