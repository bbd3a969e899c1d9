import { safeStorage } from 'electron'
import type { SecretBox } from '../profiles/secrets'

/**
 * Encrypts with the system's key store. Returns null where there is none, which includes Linux without a keyring: Electron would
 * encrypt with a publicly known key there. Call when Electron is ready.
 */
export function safeStorageBox(): SecretBox | null {
  if (!safeStorage.isEncryptionAvailable()) return null
  if (process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return null
  return {
    scheme: 'safeStorage',
    encrypt: (text) => safeStorage.encryptString(text).toString('base64'),
    decrypt: (stored) => safeStorage.decryptString(Buffer.from(stored, 'base64'))
  }
}
