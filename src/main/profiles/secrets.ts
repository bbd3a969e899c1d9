import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { chmodSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Encrypts secrets before they are stored. */
export interface SecretBox {
  /** Recorded beside each secret. */
  readonly scheme: 'safeStorage' | 'keyFile'
  /** Base64 of the encrypted text. */
  encrypt(text: string): string
  /** Throws if the text was encrypted with another key or modified. */
  decrypt(stored: string): string
}

const CIPHER = 'aes-256-gcm'
const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * Browser mode's encryption: AES-256-GCM with a random key in a file of mode 0600 in the data directory. It keeps passwords out of the
 * profiles file and its copies and backups, but does not protect them from other programs of the same user.
 */
export function keyFileBox(directory: string): SecretBox {
  const key = keyOf(join(directory, 'secret.key'))
  return {
    scheme: 'keyFile',
    encrypt(text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(CIPHER, key, iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64')
    },
    decrypt(stored) {
      const bytes = Buffer.from(stored, 'base64')
      const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES
      })
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return Buffer.concat([
        decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)),
        decipher.final()
      ]).toString('utf8')
    }
  }
}

/** Reads the key from its file, or creates it. A malformed key file is moved aside; secrets must then be entered again. */
function keyOf(path: string): Buffer {
  create(path)
  let key = readFileSync(path)
  if (key.length !== KEY_BYTES) {
    renameSync(path, `${path}.corrupt-${new Date().toISOString().replaceAll(':', '-')}`)
    create(path)
    key = readFileSync(path)
  }
  chmodSync(path, 0o600)
  return key
}

/** Creates the file by a link, which is atomic: the file is complete or absent, and two processes cannot create two keys. */
function create(path: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(temporary, randomBytes(KEY_BYTES), { mode: 0o600, flush: true })
    linkSync(temporary, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(temporary, { force: true })
  }
}
