import { z } from 'zod'
import { SecretScheme } from '../../shared/contract/transport'
import type { SecretBox } from './secrets'

/** A secret in a file, encrypted. */
export const StoredSecret = z.object({ scheme: SecretScheme, value: z.string() })
export type StoredSecret = z.infer<typeof StoredSecret>

export function encrypted(text: string, box: SecretBox): StoredSecret {
  return { scheme: box.scheme, value: box.encrypt(text) }
}

/** The text of a secret; null: there is none, or another host encrypted it, so that it cannot be read here. */
export function decrypted(secret: StoredSecret | null | undefined, box: SecretBox | null): string | null {
  if (!secret || secret.scheme !== box?.scheme) return null
  try {
    return box.decrypt(secret.value)
  } catch {
    return null
  }
}
