import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { givenToken } from './token'

const folder = mkdtempSync(join(tmpdir(), 'treetop-token-'))
const file = join(folder, 'token')
writeFileSync(file, 'from a file\n')

afterAll(() => rmSync(folder, { recursive: true }))

it('prefers the command line, then the environment, then the file', () => {
  const environment = { TREETOP_TOKEN: 'from the environment', TREETOP_TOKEN_FILE: file }
  expect(givenToken('given', environment)).toEqual({ kind: 'token', token: 'given' })
  expect(givenToken(undefined, environment)).toEqual({ kind: 'token', token: 'from the environment' })
  expect(givenToken(undefined, { TREETOP_TOKEN_FILE: file })).toEqual({ kind: 'token', token: 'from a file' })
  expect(givenToken(undefined, {})).toEqual({ kind: 'token', token: null })
})

it('refuses an empty token from any source', () => {
  const empty = join(folder, 'empty')
  writeFileSync(empty, '\n')
  const sentences = [
    givenToken('', {}),
    givenToken(undefined, { TREETOP_TOKEN: '' }),
    givenToken(undefined, { TREETOP_TOKEN_FILE: empty })
  ].map((given) => given.kind === 'fault' && given.sentence)
  expect(sentences).toEqual([
    '--token must not be empty.',
    'TREETOP_TOKEN must not be empty.',
    `The file that TREETOP_TOKEN_FILE names (${empty}) must not be empty.`
  ])
})

it('names the file that cannot be read', () => {
  const missing = join(folder, 'missing')
  expect(givenToken(undefined, { TREETOP_TOKEN_FILE: missing })).toEqual({
    kind: 'fault',
    sentence: `TREETOP_TOKEN_FILE names ${missing}, which cannot be read (ENOENT).`
  })
})
