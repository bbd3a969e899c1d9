import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import type { ScramProblem } from '../../shared/contract/connections'
import type { ScramMethod } from '../../shared/contract/profiles'
import { saslprep } from '../../shared/saslprep'

/** Why the exchange ends without success. */
export class ScramError extends Error {
  constructor(
    readonly problem: ScramProblem,
    message: string
  ) {
    super(message)
  }
}

const hashes: Record<ScramMethod, { name: string; bytes: number }> = {
  'SCRAM-SHA-1': { name: 'sha1', bytes: 20 },
  'SCRAM-SHA-256': { name: 'sha256', bytes: 32 },
  'SCRAM-SHA-512': { name: 'sha512', bytes: 64 }
}

/** A server that asks for fewer could guess the password from the proof (RFC 5802, 5.1); one that asks for more would only cost time. */
const FEWEST_ITERATIONS = 4_096
const MOST_ITERATIONS = 1_000_000

/** The header without channel binding, as it is repeated in Base64 (RFC 5802, 7). */
const HEADER = 'n,,'
const derive = promisify(pbkdf2)

/** The client's side of one exchange of SCRAM without channel binding (RFC 5802, RFC 7677). */
export class ScramClient {
  private readonly bare: string
  /** The server's signature that proves that it knows the password; null: the exchange has not come so far. */
  private signature: Buffer | null = null

  /** `nonce`: printable ASCII without commas. Throws ScramError if SASLprep forbids the user name. */
  constructor(
    private readonly method: ScramMethod,
    username: string,
    private readonly password: string,
    private readonly nonce = randomBytes(18).toString('base64')
  ) {
    const name = prepared(username).replaceAll('=', '=3D').replaceAll(',', '=2C')
    this.bare = `n=${name},r=${nonce}`
  }

  /** client-first-message */
  get first(): Buffer {
    return Buffer.from(HEADER + this.bare)
  }

  /** server-first-message to client-final-message. Throws ScramError. */
  async final(serverFirst: Buffer): Promise<Buffer> {
    const text = serverFirst.toString()
    const found = /^r=([!-+\--~]+),s=([A-Za-z0-9+/]+=*),i=([1-9]\d{0,9})(?:,.*)?$/.exec(text)
    if (!found || this.signature)
      throw new ScramError('malformed', 'The server’s first message is malformed.')
    const [, nonce, salt, iterations] = found as unknown as [string, string, string, string]
    if (!nonce.startsWith(this.nonce) || nonce === this.nonce)
      throw new ScramError('malformed', 'The server’s nonce does not continue the client’s.')
    const rounds = Number(iterations)
    if (rounds < FEWEST_ITERATIONS || rounds > MOST_ITERATIONS)
      throw new ScramError('iterations', `The server asks for ${rounds} iterations.`)
    const { name, bytes } = hashes[this.method]
    const hmac = (key: Buffer, of: string): Buffer => createHmac(name, key).update(of).digest()
    const salted = await derive(prepared(this.password), Buffer.from(salt, 'base64'), rounds, bytes, name)
    const clientKey = hmac(salted, 'Client Key')
    const withoutProof = `c=${Buffer.from(HEADER).toString('base64')},r=${nonce}`
    const message = `${this.bare},${text},${withoutProof}`
    const proof = hmac(createHash(name).update(clientKey).digest(), message).map(
      (byte, at) => byte ^ clientKey[at]!
    )
    this.signature = hmac(hmac(salted, 'Server Key'), message)
    return Buffer.from(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`)
  }

  /** Checks the server-final-message. Throws ScramError unless it proves that the server knows the password. */
  verify(serverFinal: Buffer | undefined): void {
    const given = /^v=([A-Za-z0-9+/]+=*)(?:,.*)?$/.exec(serverFinal?.toString() ?? '')?.[1] ?? ''
    const bytes = Buffer.from(given, 'base64')
    const { signature } = this
    if (!signature || bytes.length !== signature.length || !timingSafeEqual(bytes, signature))
      throw new ScramError('signature', 'The server did not prove that it knows the password.')
  }
}

function prepared(text: string): string {
  const result = saslprep(text)
  if (result === null)
    throw new ScramError(
      'saslprep',
      'The user name or password is empty, or has a character that SASLprep forbids.'
    )
  return result
}
