import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './fixture'

/** Whether this machine lets the tests mount a disk of their own. */
export const mountsDisks = process.platform === 'linux' && process.getuid?.() === 0 && canMount()

/** A disk of so many bytes (tmpfs' notation) until the test ends, and a way to make it read-only: permissions do not hold root. */
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
