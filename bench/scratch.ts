import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const endings: (() => unknown)[] = []

/** Has something done when the case is over, whether it went well or not: the last first. */
export function atEnd(end: () => unknown): void {
  endings.push(end)
}

export async function endEverything(): Promise<void> {
  for (let end = endings.pop(); end; end = endings.pop()) await end()
}

/** A folder for the case, which goes with it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'treetop-bench-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1_000))
}
