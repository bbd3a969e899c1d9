import { createHash } from 'node:crypto'

/** Different wrong tokens that an address may send within this time (ms). */
const MOST = 20
const WITHIN = 60_000
/** Addresses that are remembered at once. */
const ADDRESSES = 10_000

/** Limits how fast a token can be guessed. Sending the same wrong one again, as a page with an old cookie does, is no further guess. */
export class Guesses {
  private wrong = new Map<string, Set<string>>()
  private since: number

  constructor(private readonly now: () => number = () => Date.now()) {
    this.since = now()
  }

  /** Whether an address has to wait. Its tokens must not be looked at then, not even right ones. */
  isBlocked(address: string): boolean {
    this.forget()
    return (this.wrong.get(address)?.size ?? 0) >= MOST
  }

  add(address: string, token: string): void {
    this.forget()
    const found = this.wrong.get(address) ?? new Set()
    if (found.size < MOST) found.add(createHash('sha256').update(token).digest('base64'))
    if (this.wrong.size < ADDRESSES) this.wrong.set(address, found)
  }

  private forget(): void {
    if (this.now() - this.since < WITHIN) return
    this.since = this.now()
    this.wrong = new Map()
  }
}
