import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { appItself, needReady } from './app'
import { strict } from './strict'

/** As on Windows, the key belongs to Chromium's files, and outlives the process. */
const keyOf = (): Buffer => createHash('sha256').update(appItself.getPath('userData')).digest()
const keyring = process.env['TREETOP_STAND_IN_KEYRING'] !== 'none'
const EARLY = 'safeStorage cannot be used before app is ready'

export const safeStorage = strict('SafeStorage', {
  isEncryptionAvailable: () => appItself.isReady() && keyring,
  getSelectedStorageBackend() {
    if (!appItself.isReady()) return 'unknown'
    return keyring ? 'gnome_libsecret' : 'basic_text'
  },
  encryptString(text: string): Buffer {
    needReady(EARLY)
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', keyOf(), iv)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), body])
  },
  decryptString(stored: Buffer): string {
    needReady(EARLY)
    const decipher = createDecipheriv('aes-256-gcm', keyOf(), stored.subarray(0, 12))
    decipher.setAuthTag(stored.subarray(12, 28))
    return Buffer.concat([decipher.update(stored.subarray(28)), decipher.final()]).toString()
  }
})
