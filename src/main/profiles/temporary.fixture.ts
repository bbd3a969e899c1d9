import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'

/** Creates a temporary folder that is deleted when the test finishes. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'treetop-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Makes writes of the file fail until the returned function is called. */
export function blocked(path: string): () => void {
  rmSync(path, { force: true })
  mkdirSync(join(path, 'in the way'), { recursive: true })
  return () => rmSync(path, { recursive: true })
}

/** Starts both changes at once: the first fails, the second can be written. */
export async function failThenSucceed(
  path: string,
  first: () => Promise<unknown>,
  second: () => Promise<unknown>
): Promise<void> {
  const unblock = blocked(path)
  const failed = first().catch((error: unknown) => {
    unblock()
    throw error
  })
  const results = await Promise.allSettled([failed, second()])
  expect(results).toMatchObject([
    { status: 'rejected', reason: { code: 'FILE_UNWRITABLE' } },
    { status: 'fulfilled' }
  ])
}
