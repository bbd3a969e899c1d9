import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto'
import { REASON_CODE } from '../../shared/mqtt-codes'
import { saslprep } from '../../shared/saslprep'
import { Refusal } from './codec/refusal'
import type { Authenticator, AuthenticatorStep } from './core/authenticator'

/** RFC 7677 asks for at least this many. Unknown users seem to have as many. */
const ITERATIONS = 4_096
const HASH_BYTES = 32

/** What the broker keeps of a password (RFC 5802, 3). The password does not follow from it. */
export interface ScramCredentials {
  salt: Buffer
  iterations: number
  storedKey: Buffer
  serverKey: Buffer
}

/** Derives what to keep of a password (RFC 5802, 3). Throws if SASLprep forbids the password. */
export function scramCredentials(
  password: string,
  salt: Buffer = randomBytes(16),
  iterations = ITERATIONS
): ScramCredentials {
  const salted = pbkdf2Sync(prepared(password), salt, iterations, HASH_BYTES, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest()
  return { salt, iterations, storedKey, serverKey: hmac(salted, 'Server Key') }
}

/**
 * SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677). `credentials` gives what is kept of a user; null: no such user. `nonce` is
 * the server's part: printable ASCII without commas. `secret` makes the salts of unknown users; keep it over restarts, as other salts are.
 */
export function scram(
  credentials: (username: string) => ScramCredentials | null,
  nonce = (): string => randomBytes(18).toString('base64'),
  secret: Buffer = randomBytes(HASH_BYTES)
): () => Authenticator {
  return () => new Scram(credentials, nonce, secret)
}

class Scram implements Authenticator {
  private username = ''
  private nonce = ''
  private header = ''
  /** The first messages of both, which the proof covers. */
  private covered = ''
  private keys: ScramCredentials | null = null

  constructor(
    private readonly credentials: (username: string) => ScramCredentials | null,
    private readonly serverNonce: () => string,
    private readonly secret: Buffer
  ) {}

  /** client-first-message to server-first-message (RFC 5802, 7) */
  begin(data: Buffer): AuthenticatorStep {
    const found = /^([ny],,)(n=([^,]+),r=([!-+\--~]+)(?:,.*)?)$/.exec(data.toString())
    if (!found || /=(?!2C|3D)/.test(found[3]!)) throw refusal('The first SCRAM message is malformed.')
    this.header = found[1]!
    this.username = prepared(found[3]!.replaceAll('=2C', ',').replaceAll('=3D', '='))
    this.nonce = found[4]! + this.serverNonce()
    this.keys = this.credentials(this.username)
    const { salt, iterations } = this.keys ?? this.invented()
    const answer = `r=${this.nonce},s=${salt.toString('base64')},i=${iterations}`
    this.covered = `${found[2]!},${answer}`
    return { done: false, data: Buffer.from(answer), username: null }
  }

  /** client-final-message to server-final-message */
  proceed(data: Buffer): AuthenticatorStep {
    const found = /^(c=([^,]+),r=([^,]+)(?:,.*)?),p=([A-Za-z0-9+/]+=*)$/.exec(data.toString())
    const proof = Buffer.from(found?.[4] ?? '', 'base64')
    const header = Buffer.from(found?.[2] ?? '', 'base64').toString()
    if (header !== this.header || found?.[3] !== this.nonce || proof.length !== HASH_BYTES)
      throw refusal('The last SCRAM message does not continue the first.')
    const { storedKey, serverKey } = this.keys ?? this.invented()
    const message = `${this.covered},${found[1]!}`
    const clientKey = hmac(storedKey, message).map((byte, i) => byte ^ proof[i]!)
    const isRight = timingSafeEqual(createHash('sha256').update(clientKey).digest(), storedKey)
    if (!isRight || !this.keys)
      throw new Refusal('The user name or the password is wrong.', REASON_CODE.BAD_USER_NAME_OR_PASSWORD)
    const signature = hmac(serverKey, message).toString('base64')
    return { done: true, data: Buffer.from(`v=${signature}`), username: this.username }
  }

  /** An unknown user has the same salt each time, so that nobody sees who exists. */
  private invented(): ScramCredentials {
    const key = hmac(this.secret, this.username)
    return { salt: key.subarray(0, 16), iterations: ITERATIONS, storedKey: key, serverKey: key }
  }
}

/** Throws Refusal for what SASLprep forbids. */
function prepared(text: string): string {
  const result = saslprep(text)
  if (result === null)
    throw refusal('A user name or password is empty, or contains a character that SASLprep forbids.')
  return result
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function refusal(message: string): Refusal {
  return new Refusal(message, REASON_CODE.NOT_AUTHORIZED)
}
