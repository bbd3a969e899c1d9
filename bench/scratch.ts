import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const endings: (() => unknown)[] = []

/** Registers a clean-up to run after the case, whether it succeeded or not. Clean-ups run in reverse order. */
export function atEnd(end: () => unknown): void {
  endings.push(end)
}

export async function endEverything(): Promise<void> {
  for (let end = endings.pop(); end; end = endings.pop()) await end()
}

/** A temporary folder that is removed after the case. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'treetop-bench-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1_000))
}
