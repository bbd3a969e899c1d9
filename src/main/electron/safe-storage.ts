import { safeStorage } from 'electron'
import type { SecretBox } from '../profiles/secrets'

/**
 * The desktop's box: the system's own key store. null where there is none: also on a Linux without one, where Electron would
 * encrypt with a key that everybody knows. To be called when Electron is ready.
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
