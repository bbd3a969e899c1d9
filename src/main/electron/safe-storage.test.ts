import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { safeStorageBox } from './safe-storage'

const electron = vi.hoisted(() => ({
  safeStorage: {
    isEncryptionAvailable: vi.fn(),
    getSelectedStorageBackend: vi.fn(),
    encryptString: (text: string) => Buffer.from(text).reverse(),
    decryptString: (bytes: Buffer) => Buffer.from(bytes).reverse().toString()
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
})

afterEach(() => onPlatform(platform))

it('brings back what it encrypted, from text that JSON can hold', () => {
  const box = safeStorageBox()!
  expect(box.scheme).toBe('safeStorage')
  const stored = box.encrypt('pass wörd')
  expect(stored).toMatch(/^[\w+/]+=*$/)
  expect(stored).not.toContain('pass')
  expect(box.decrypt(stored)).toBe('pass wörd')
})

it('is not there when the system cannot encrypt', () => {
  electron.safeStorage.isEncryptionAvailable.mockReturnValue(false)
  expect(safeStorageBox()).toBeNull()
})

it('is not there on a Linux without a key store, where everybody knows the key', () => {
  electron.safeStorage.getSelectedStorageBackend.mockReturnValue('basic_text')
  expect(safeStorageBox()).toBeNull()
})

it('does not ask other systems for a backend, which they do not have', () => {
  onPlatform('darwin')
  electron.safeStorage.getSelectedStorageBackend.mockImplementation(() => {
    throw new TypeError('not a function')
  })
  expect(safeStorageBox()).not.toBeNull()
})
