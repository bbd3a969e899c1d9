import { chmodSync, closeSync, openSync } from 'node:fs'

/**
 * Makes a file one that only this user can read, and creates it if it is missing: mode 0600. SQLite gives its journals the same mode. An
 * existing file is not opened, because closing it again would release this process's locks on it (POSIX). Fails silently where the file
 * system does not allow it, since what opens the file next says why.
 */
export function keepPrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    try {
      chmodSync(path, 0o600)
    } catch {
      // A read-only or foreign file system.
    }
  }
}
