import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { otherProcess } from '../profiles/other-process.fixture'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { logPath, openLog } from './file'

it('writes the line before the call returns, to a file that only its owner can read', () => {
  const directory = temporaryFolder()
  openLog(directory).info('%c started %s 100%%', { version: '1' })
  expect(readFileSync(logPath(directory), 'utf8')).toMatch(
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info {2}%c started %s 100%% \{"version":"1"\}\r?\n$/
  )
  if (process.platform !== 'win32') expect(statSync(logPath(directory)).mode & 0o777).toBe(0o600)
})

it('writes in whatever folder Treetop was started', async () => {
  const directory = temporaryFolder()
  const program = `ours.openLog(${JSON.stringify(directory)}).info('started')`
  const child = otherProcess(new URL('./file.ts', import.meta.url), program, temporaryFolder())
  await once(child, 'exit')
  expect(readFileSync(logPath(directory), 'utf8')).toContain('started')
})

it('keeps five files of 1 MB, with the newest lines in treetop.log', () => {
  const directory = temporaryFolder()
  const log = openLog(directory)
  const filling = 'x '.repeat(4_000)
  for (let number = 0; number < 900; number++) log.info(`${number} ${filling}`)
  const names = readdirSync(join(directory, 'logs')).sort()
  expect(names).toEqual(['treetop.1.log', 'treetop.2.log', 'treetop.3.log', 'treetop.4.log', 'treetop.log'])
  for (const name of names) {
    expect(statSync(join(directory, 'logs', name)).size).toBeLessThan(1024 * 1024 + 17_000)
  }
  expect(readFileSync(logPath(directory), 'utf8')).toContain(' 899 x')
  const first = (name: string): number =>
    Number(/info {2}(\d+)/.exec(readFileSync(join(directory, 'logs', name), 'utf8'))![1])
  const order = [4, 3, 2, 1].map((number) => first(`treetop.${number}.log`))
  expect(order).toEqual([...order].sort((a, b) => a - b))
})

it('appends to the existing file when reopened', () => {
  const directory = temporaryFolder()
  openLog(directory).info('one')
  openLog(directory).info('two')
  expect(readFileSync(logPath(directory), 'utf8').split('\n')).toHaveLength(3)
})
