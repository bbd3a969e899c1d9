import { hash } from 'node:crypto'

/** A broker returns what it was sent within this time, in µs. */
const RETURNS_WITHIN = 10e6
/** Messages that are remembered. */
const MOST = 10_000

/**
 * What rules have published lately. The broker sends it back, as to every subscriber, and a rule must not take that for news: it would
 * publish again, without end.
 */
export class Echoes {
  /** By topic and payload: until when it may return, in µs. The oldest is first. */
  private readonly expected = new Map<string, number>()

  expect(topic: string, payload: Uint8Array, now: number): void {
    const key = keyOf(topic, payload)
    this.expected.delete(key)
    this.expected.set(key, now + RETURNS_WITHIN)
    for (const [oldest, until] of this.expected) {
      if (until > now && this.expected.size <= MOST) break
      this.expected.delete(oldest)
    }
  }

  /** Whether a message is one of them. It may come several times, where subscriptions overlap. */
  has(topic: string, payload: Uint8Array, now: number): boolean {
    if (this.expected.size === 0) return false
    return (this.expected.get(keyOf(topic, payload)) ?? 0) > now
  }
}

function keyOf(topic: string, payload: Uint8Array): string {
  return `${hash('sha1', payload, 'base64')} ${topic}`
}
