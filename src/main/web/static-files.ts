import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.woff2': 'font/woff2'
}

export interface StaticFile {
  body: Buffer
  type: string
  /** Files with a content hash in the name may be cached forever. */
  immutable: boolean
}

/** Returns the file of the built renderer for a URL path, or null, also for paths outside the folder. */
export async function staticFile(root: string, urlPath: string): Promise<StaticFile | null> {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  if (decoded.includes('\0')) return null
  const path = normalize(join(root, decoded === '/' ? 'index.html' : decoded))
  if (!path.startsWith(normalize(root) + sep)) return null
  const type = types[extname(path)]
  if (!type) return null
  try {
    return { body: await readFile(path), type, immutable: decoded.startsWith('/assets/') }
  } catch {
    return null
  }
}
