import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isAppError } from '../../shared/errors'
import { defaultDataDirectory, holdDataDirectory } from './data-directory'
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

describe('the lock', () => {
  it('makes the directory for its owner alone', () => {
    const directory = join(temporaryFolder(), 'a', 'b')
    holdDataDirectory(directory)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  it('keeps a second Treetop out, naming the holder, until the first lets go', () => {
    const directory = temporaryFolder()
    const release = holdDataDirectory(directory)
    expect(refusedBy(directory)).toBe(process.pid)
    release()
    expect(refusedBy(directory)).toBeNull()
    expect(readdirSync(directory)).toEqual([])
  })

  it('is held by another process as long as that one lives', async () => {
    const directory = temporaryFolder()
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    const start = await vi.waitFor(() => startOf(other.pid!))
    writeFileSync(join(directory, 'lock'), `${other.pid} ${start}\n`)
    expect(refusedBy(directory)).toBe(other.pid)
    other.kill('SIGKILL')
    await once(other, 'exit')
    expect(refusedBy(directory)).toBeNull()
  })

  it.runIf(process.platform === 'linux')(
    'is taken over when its pid belongs to another program by now',
    () => {
      const directory = temporaryFolder()
      writeFileSync(join(directory, 'lock'), `${process.ppid} 1\n`)
      expect(refusedBy(directory)).toBeNull()
    }
  )

  it.each(['', 'nonsense', '-1 0', '999999999 1'])('is taken over when it says "%s"', (content) => {
    const directory = temporaryFolder()
    writeFileSync(join(directory, 'lock'), content)
    const release = holdDataDirectory(directory)
    expect(readFileSync(join(directory, 'lock'), 'utf8')).toContain(String(process.pid))
    release()
    expect(readdirSync(directory)).toEqual([])
  })

  it('that another has taken over by now is left alone', () => {
    const directory = temporaryFolder()
    const release = holdDataDirectory(directory)
    writeFileSync(join(directory, 'lock'), `${process.ppid} 1\n`)
    release()
    expect(existsSync(join(directory, 'lock'))).toBe(true)
  })
})

function startOf(pid: number): string {
  if (process.platform !== 'linux') return ''
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!
}

describe('the default place', () => {
  const { platform } = process
  const on = (name: string): string => {
    Object.defineProperty(process, 'platform', { value: name })
    return defaultDataDirectory()
  }

  afterEach(() => {
    Object.defineProperty(process, 'platform', { value: platform })
    vi.unstubAllEnvs()
  })

  it('is where each system keeps such data', () => {
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
