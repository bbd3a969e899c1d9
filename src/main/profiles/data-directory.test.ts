import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { isAppError } from '../../shared/errors'
import { defaultDataDirectory, holdDataDirectory } from './data-directory'
import { otherProcess } from './other-process.fixture'
import { temporaryFolder } from './temporary.fixture'

function refusedBy(directory: string): number | null {
  try {
    holdDataDirectory(directory)()
    return null
  } catch (error) {
    if (isAppError(error, 'DATA_DIRECTORY_IN_USE')) return error.details.pid
    throw error
  }
}

/** Starts a separate process that locks a data directory until it is killed. */
async function otherHolder(directory: string): Promise<ChildProcess> {
  const child = otherProcess(
    new URL('./data-directory.ts', import.meta.url),
    `ours.holdDataDirectory(${JSON.stringify(directory)})
    console.log('held')
    setInterval(() => undefined, 1_000)`
  )
  await once(child.stdout!, 'data')
  return child
}

describe('the lock', () => {
  it('creates the directory for its owner only', () => {
    const directory = join(temporaryFolder(), 'a', 'b')
    holdDataDirectory(directory)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  it('refuses a second holder and names the first, until the first releases it', () => {
    const directory = temporaryFolder()
    const release = holdDataDirectory(directory)
    expect(refusedBy(directory)).toBe(process.pid)
    release()
    expect(refusedBy(directory)).toBeNull()
    expect(readdirSync(directory)).toEqual(['lock.db'])
  })

  it('is held by another process until that process ends, even if it is killed', async () => {
    const directory = temporaryFolder()
    const other = await otherHolder(directory)
    expect(refusedBy(directory)).toBe(other.pid)
    other.kill('SIGKILL')
    await once(other, 'exit')
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toBe(`${other.pid}\n`)
    expect(refusedBy(directory)).toBeNull()
  })

  it.each(['darwin', 'win32', 'linux'] as const)(
    'is free if another program now has the process id of a killed Treetop (%s)',
    (platform) => {
      const directory = temporaryFolder()
      writeFileSync(join(directory, 'lock'), `${process.ppid} \n`)
      const real = process.platform
      onTestFinished(() => void Object.defineProperty(process, 'platform', { value: real }))
      Object.defineProperty(process, 'platform', { value: platform })
      expect(refusedBy(directory)).toBeNull()
    }
  )

  it.each(['', 'nonsense', 'x'.repeat(5_000)])('survives files that contain "%.10s"', (content) => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, 'lock'), content)
    writeFileSync(join(directory, 'lock.db'), content)
    const release = holdDataDirectory(directory)
    expect(refusedBy(directory)).toBe(process.pid)
    release()
    expect(readdirSync(directory)).toEqual(['lock.db'])
  })
})

describe('the default directory', () => {
  const { platform } = process
  const on = (name: string): string => {
    Object.defineProperty(process, 'platform', { value: name })
    return defaultDataDirectory()
  }

  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform })
    vi.unstubAllEnvs()
  })

  it('follows the convention of each system', () => {
    vi.stubEnv('HOME', '/home/ada')
    vi.stubEnv('XDG_DATA_HOME', '')
    expect(on('linux')).toBe('/home/ada/.local/share/treetop')
    expect(on('darwin')).toBe('/home/ada/Library/Application Support/Treetop')
    vi.stubEnv('XDG_DATA_HOME', '/data')
    expect(on('linux')).toBe('/data/treetop')
    vi.stubEnv('APPDATA', '/roaming')
    expect(on('win32')).toBe('/roaming/Treetop')
  })
})
