import { afterEach, beforeEach, vi } from 'vitest'
import { saveThreads } from '../transfer/save.fixture'
import { browserMode } from '../web/arguments'
import type { CommandContext } from './command'
import { findCommand, runCommand } from './dispatch'

/** Runs `treetop …` in this process. Returns the exit status. */
export async function runWords(argv: string[], context: Partial<CommandContext> = {}): Promise<number> {
  const found = findCommand(argv, browserMode)
  if (!found) throw new Error(`${argv.join(' ')} is no command`)
  return runCommand(found, {
    version: '9.9.9',
    defaultDataDirectory: '/nowhere',
    spawn: saveThreads().spawn,
    environment: {},
    secretBox: () => Promise.resolve(null),
    root: browserMode,
    ...context
  })
}

/** Collects what the tests of a file write to standard output and standard error, anew for each test. */
export function captureOutput(): { out: string; said: string } {
  const captured = { out: '', said: '' }
  beforeEach(() => {
    captured.out = captured.said = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      captured.said += String(text)
      return true
    })
    vi.spyOn(process.stdout, 'write').mockImplementation(((text: string | Uint8Array, done?: () => void) => {
      captured.out += Buffer.from(text as string).toString()
      done?.()
      return true
    }) as typeof process.stdout.write)
  })
  afterEach(() => void vi.restoreAllMocks())
  return captured
}
