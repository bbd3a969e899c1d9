import { pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(pbkdf2)

/** About 5 ms of a processor's time. A server that took over the hash computes it whenever a client connects. */
export const ITERATIONS = 10_000
/** More would let a hash from a foreign file take seconds. */
const MOST_ITERATIONS = 1_000_000
const HASH_BYTES = 64
const DIGEST = 'sha512'

/** A password as Mosquitto's password_file has it: PBKDF2 with SHA-512. */
export interface PasswordHash {
  iterations: number
  salt: Buffer
  hash: Buffer
}

/** The `$7$` form of a password, with a random salt. The salt is printable text, because EMQX takes over no other. */
export async function hashPassword(password: string): Promise<string> {
  const salt = Buffer.from(randomBytes(9).toString('base64url'))
  const hash = await derive(password, salt, ITERATIONS, HASH_BYTES, DIGEST)
  return ['', '7', ITERATIONS, salt.toString('base64'), hash.toString('base64')].join('$')
}

/** Reads the `$7$` form; null: it is something else. */
export function parsePassword(text: string): PasswordHash | null {
  const found = /^\$7\$(\d{1,8})\$([A-Za-z0-9+/]+=*)\$([A-Za-z0-9+/]{86}==)$/.exec(text)
  if (!found) return null
  const iterations = Number(found[1])
  if (iterations < 1 || iterations > MOST_ITERATIONS) return null
  return { iterations, salt: Buffer.from(found[2]!, 'base64'), hash: Buffer.from(found[3]!, 'base64') }
}

/** Whether this is the password. Computed in Node's thread pool, so that the caller's thread goes on; compared in constant time. */
export async function isPassword(
  { iterations, salt, hash }: PasswordHash,
  password: Uint8Array
): Promise<boolean> {
  return timingSafeEqual(await derive(password, salt, iterations, HASH_BYTES, DIGEST), hash)
}
