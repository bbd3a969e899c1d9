import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { LoginFault, StoredUser } from '../../../shared/contract/access'
import { isPassword, ITERATIONS, parsePassword, type PasswordHash } from './password'

/** Passwords computed at once: half of the threads that Node has for such work. */
const AT_ONCE = 2

const NO_PASSWORD = Buffer.alloc(0)

interface KnownUser extends PasswordHash {
  /** The hash as it is stored. */
  text: string
}

/** Checks user names and passwords, a few at a time; the others wait in the order in which they came. */
export class Logins {
  private users = new Map<string, KnownUser>()
  /** Right passwords that were used, as digests under a key of this process: a thousand devices of one user cost one PBKDF2. */
  private readonly proven = new Map<string, Buffer>()
  private readonly key = randomBytes(32)
  /** Stands in for the hash of unknown users: whatever is wrong takes as long as the slowest user's password. */
  private decoy: PasswordHash = decoyOf(ITERATIONS)
  private running = 0
  private readonly waiting: (() => void)[] = []

  setUsers(users: StoredUser[]): void {
    this.users = new Map(
      users.flatMap(({ name, password }) => {
        const hash = parsePassword(password)
        return hash ? [[name, { ...hash, text: password }]] : []
      })
    )
    let most = ITERATIONS
    for (const { iterations } of this.users.values()) most = Math.max(most, iterations)
    this.decoy = decoyOf(most)
    this.proven.clear()
  }

  /** null: the password is right, or nobody waits for the answer any more. */
  async check(
    name: string,
    password: Uint8Array | null,
    isGone: () => boolean = () => false
  ): Promise<LoginFault | null> {
    const given = password ?? NO_PASSWORD
    const digest = this.digestOf(name, given)
    if (this.isProven(name, digest)) return null
    if (this.running >= AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.running++
    try {
      if (isGone()) return null
      const user = this.users.get(name)
      const { decoy } = this
      const isRight = await isPassword(user ?? decoy, given)
      if (!user) return 'UNKNOWN_USER'
      if (!isRight) {
        const iterations = decoy.iterations - user.iterations
        if (iterations > 0) await isPassword({ ...decoy, iterations }, given)
        return 'WRONG_PASSWORD'
      }
      // The user may have another password by now, or be gone.
      if (this.users.get(name)?.text !== user.text) return 'WRONG_PASSWORD'
      this.proven.set(name, digest)
      return null
    } finally {
      // The next one takes this one's place.
      const next = this.waiting.shift()
      if (next) next()
      else this.running--
    }
  }

  private isProven(name: string, digest: Buffer): boolean {
    const known = this.proven.get(name)
    return known !== undefined && timingSafeEqual(known, digest)
  }

  private digestOf(name: string, password: Uint8Array): Buffer {
    return createHmac('sha256', this.key).update(`${name}\0`).update(password).digest()
  }
}

function decoyOf(iterations: number): PasswordHash {
  return { iterations, salt: randomBytes(12), hash: randomBytes(64) }
}
