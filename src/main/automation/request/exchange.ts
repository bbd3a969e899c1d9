import { randomBytes } from 'node:crypto'
import type { Arrival } from '../../recorder/message'

/** What an answer is known by. */
export interface Address {
  responseTopic: string
  /** Base64; null: none is sent. */
  correlation: string | null
  /** The topic was made for this request, so that whatever comes there answers it. */
  isOwn: boolean
}

/** A response topic and correlation data (hex digits) that nobody else has. */
export function freshAddress(): { responseTopic: string; correlation: string } {
  return {
    responseTopic: `treetop/response/${randomBytes(8).toString('hex')}`,
    correlation: randomBytes(16).toString('hex')
  }
}

/**
 * Whether a message answers a request: it is on the response topic and repeats the correlation data (MQTT 5.0, 4.10). On a topic of our own,
 * one without correlation data does, too.
 */
export function isAnswer(
  { topic, retain, properties }: Pick<Arrival, 'topic' | 'retain' | 'properties'>,
  { responseTopic, correlation, isOwn }: Address
): boolean {
  if (retain || topic !== responseTopic) return false
  const found = properties?.correlationData ?? null
  return found === correlation || (found === null && isOwn)
}

/** Waits until as many answers have come as are wanted. */
export class Awaited {
  private came = 0
  private readonly complete: Promise<void>
  private resolve: () => void = () => undefined

  constructor(private readonly wanted: number) {
    this.complete = new Promise((resolve) => (this.resolve = resolve))
  }

  /** An answer came. Whether it was still waited for. */
  take(): boolean {
    if (this.came >= this.wanted) return false
    if (++this.came === this.wanted) this.resolve()
    return true
  }

  /**
   * Publishes, and waits for the answers, which may come before the acknowledgement. Resolves to whether all came within some ms. Throws what
   * publishing throws, what `lost` throws, and the signal's reason.
   */
  async after(
    publish: () => Promise<unknown>,
    { patience, signal, lost }: { patience: number; signal: AbortSignal; lost?: Promise<never> }
  ): Promise<boolean> {
    signal.throwIfAborted()
    const published = publish()
    published.catch(() => undefined)
    let timer: NodeJS.Timeout | undefined
    let aborted: () => void = () => undefined
    try {
      return await Promise.race([
        this.complete.then(() => true),
        published.then(() => this.complete).then(() => true),
        ...(lost ? [lost] : []),
        new Promise<boolean>((resolve, reject) => {
          timer = setTimeout(() => resolve(false), patience)
          aborted = () => reject(signal.reason as Error)
          signal.addEventListener('abort', aborted)
        })
      ])
    } finally {
      clearTimeout(timer)
      signal.removeEventListener('abort', aborted)
    }
  }
}
