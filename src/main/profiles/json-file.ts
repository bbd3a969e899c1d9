import { open, readFile, rename } from 'node:fs/promises'

/** Reads a JSON file; undefined when there is none. One that cannot be parsed is moved aside, never overwritten or deleted. */
export async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text) as unknown
  } catch {
    await moveAside(path)
    return undefined
  }
}

/** Keeps a file that cannot be used, under a name that says so. */
export async function moveAside(path: string): Promise<void> {
  await rename(path, `${path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`)
}

/** Replaces a file's content at once: after a crash it holds the old or the new, never a part. Mode 0600. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(value, null, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
