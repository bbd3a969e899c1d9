import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './fixture'

/** Whether the tests can mount their own disk on this machine. */
export const mountsDisks = process.platform === 'linux' && process.getuid?.() === 0 && canMount()

/** A disk of the given size (tmpfs notation) until the test ends. `makeReadOnly` is needed because permissions do not restrict root. */
export function smallDisk(size: string): { place: string; makeReadOnly(): void } {
  const place = join(temporaryFolder(), 'disk')
  mkdirSync(place)
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', place])
  onTestFinished(() => void execFileSync('umount', ['-l', place]))
  return { place, makeReadOnly: () => void execFileSync('mount', ['-o', 'remount,ro', place]) }
}

function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'treetop-mount-'))
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]).status === 0
  if (done) spawnSync('umount', [place])
  rmSync(place, { recursive: true, force: true })
  return done
}
