import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const hooks = resolve(import.meta.dirname, 'hooks.mjs')

/**
 * Node's flags for a process in which `electron` is the stand-in. `--import` needs a URL, since it reads `C:\…` as a URL with the
 * scheme `c:`.
 */
export function standInFlags(path = hooks, windows = process.platform === 'win32'): string[] {
  return ['--import', pathToFileURL(path, { windows }).href]
}
