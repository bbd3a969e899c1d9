import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { keyFileBox } from './secrets'
import { temporaryFolder } from './temporary.fixture'

it('decrypts any text, also in the next run', () => {
  const folder = temporaryFolder()
  for (const text of ['', 'secret', 'pass wörd 密码 🌳', 'x'.repeat(10_000)]) {
    expect(keyFileBox(folder).decrypt(keyFileBox(folder).encrypt(text))).toBe(text)
  }
})

it('encrypts the same text differently each time, and never stores it in plain text', () => {
  const box = keyFileBox(temporaryFolder())
  const stored = box.encrypt('secret')
  expect(stored).not.toBe(box.encrypt('secret'))
  expect(Buffer.from(stored, 'base64').toString('latin1')).not.toContain('secret')
})

it('creates a key that only its owner can read, and no other file', () => {
  const folder = temporaryFolder()
  keyFileBox(folder)
  expect(readdirSync(folder)).toEqual(['secret.key'])
  expect(statSync(join(folder, 'secret.key')).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'secret.key')).size).toBe(32)
})

it('throws if the text was encrypted with another key, modified or truncated', () => {
  const box = keyFileBox(temporaryFolder())
  const stored = box.encrypt('secret')
  expect(() => keyFileBox(temporaryFolder()).decrypt(stored)).toThrow()
  const bytes = Buffer.from(stored, 'base64')
  bytes[bytes.length - 1]! ^= 1
  expect(() => box.decrypt(bytes.toString('base64'))).toThrow()
  expect(() => box.decrypt(stored.slice(0, 20))).toThrow()
  expect(() => box.decrypt('')).toThrow()
})

it('refuses a shortened authentication tag', () => {
  const box = keyFileBox(temporaryFolder())
  const bytes = Buffer.from(box.encrypt(''), 'base64')
  expect(() => box.decrypt(bytes.subarray(0, bytes.length - 12).toString('base64'))).toThrow()
})

it('moves a malformed key file aside and creates a new key', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'secret.key'), 'cut')
  const box = keyFileBox(folder)
  expect(box.decrypt(box.encrypt('secret'))).toBe('secret')
  expect(readdirSync(folder).some((name) => name.startsWith('secret.key.corrupt-'))).toBe(true)
})
