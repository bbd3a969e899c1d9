import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../history/fixture'
import { outputFault } from './output'

it('lets a new file be written, and replaces one only if asked to', () => {
  const path = join(temporaryFolder(), 'out.csv')
  expect(outputFault(path, false)).toBeNull()
  writeFileSync(path, 'mine')
  expect(outputFault(path, false)).toBe(`${path} exists. Add --force to replace it.`)
  expect(outputFault(path, true)).toBeNull()
})

it('leaves everything in a data directory alone, also by way of a link to it', () => {
  const directory = temporaryFolder()
  writeFileSync(join(directory, 'lock.db'), '')
  writeFileSync(join(directory, 'settings.json'), '{}')
  mkdirSync(join(directory, 'history'))
  const link = join(temporaryFolder(), 'elsewhere')
  symlinkSync(join(directory, 'history'), link, 'junction')
  for (const path of [
    join(directory, 'settings.json'),
    join(directory, 'history', 'new.csv'),
    join(link, 'x')
  ])
    expect(outputFault(path, true)).toContain('where Treetop keeps its own files')
})

it('follows no link', () => {
  const folder = temporaryFolder()
  const target = join(folder, 'target')
  const path = join(folder, 'out.csv')
  symlinkSync(target, path)
  expect(outputFault(path, true)).toBe(`${path} is a link to ${target}. Give the file itself with --output.`)
})
