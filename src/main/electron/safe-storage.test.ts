import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { safeStorageBox } from './safe-storage'

/** The key, known only to the system's key store. */
const key = randomBytes(32)

function decrypt(bytes: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString()
}

function encrypt(text: string): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const encrypted = Buffer.concat([cipher.update(text), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), encrypted])
}

const electron = vi.hoisted(() => ({
  safeStorage: {
    isEncryptionAvailable: vi.fn(),
    getSelectedStorageBackend: vi.fn(),
    encryptString: vi.fn<(text: string) => Buffer>(),
    decryptString: vi.fn<(bytes: Buffer) => string>()
  }
}))
vi.mock('electron', () => electron)

const { platform } = process

function onPlatform(name: string): void {
  Object.defineProperty(process, 'platform', { value: name })
}

beforeEach(() => {
  onPlatform('linux')
  electron.safeStorage.isEncryptionAvailable.mockReturnValue(true)
  electron.safeStorage.getSelectedStorageBackend.mockReturnValue('gnome_libsecret')
  electron.safeStorage.encryptString.mockImplementation(encrypt)
  electron.safeStorage.decryptString.mockImplementation(decrypt)
})

afterEach(() => onPlatform(platform))

it('stores the key store’s ciphertext as Base64, and decrypts it again', () => {
  const box = safeStorageBox()!
  expect(box.scheme).toBe('safeStorage')
  const stored = box.encrypt('pass wörd')
  expect(stored).toMatch(/^[\w+/]+=*$/)
  // The stored text is the key store's ciphertext.
  expect(decrypt(Buffer.from(stored, 'base64'))).toBe('pass wörd')
  expect(box.decrypt(stored)).toBe('pass wörd')
  expect(box.encrypt('pass wörd')).not.toBe(stored)
})

it('throws if the text is not this key store’s ciphertext', () => {
  const box = safeStorageBox()!
  expect(() => box.decrypt(Buffer.from('pass wörd, but not encrypted at all').toString('base64'))).toThrow()
})

it('is unavailable if the system cannot encrypt', () => {
  electron.safeStorage.isEncryptionAvailable.mockReturnValue(false)
  expect(safeStorageBox()).toBeNull()
})

it('is unavailable on Linux without a keyring, where the key is publicly known', () => {
  electron.safeStorage.getSelectedStorageBackend.mockReturnValue('basic_text')
  expect(safeStorageBox()).toBeNull()
})

it('does not query the backend on other systems, which have no such function', () => {
  onPlatform('darwin')
  electron.safeStorage.getSelectedStorageBackend.mockImplementation(() => {
    throw new TypeError('not a function')
  })
  expect(safeStorageBox()).not.toBeNull()
})
