import type { CallsOf } from '../../shared/contract'
import type { Arrival } from '../../shared/contract/app'
import { isUrl, readBrokerUrl } from '../../shared/broker-url'
import { encodeError } from '../../shared/errors'

/**
 * Holds addresses and recordings that were opened from outside Treetop until a page takes them. An address is only filled into the form,
 * never connected to, because the author of a link is not the user.
 */
export class Arrivals {
  private readonly waiting: Arrival[] = []

  constructor(
    /** Opens a recording's file. */
    private readonly open: (path: string) => Promise<{ id: string }>,
    private readonly tell: () => void
  ) {}

  /** Accepts an address, or the path of a recording. */
  arrive(target: string): void {
    if (isUrl(target)) this.take(addressed(target))
    else
      void this.open(target).then(
        ({ id }) => this.take({ kind: 'recording', id }),
        (error: unknown) => this.take({ kind: 'failed', ...plain(error) })
      )
  }

  calls(): Pick<CallsOf<'main'>, 'app.arrivals'> {
    return { 'app.arrivals': () => this.waiting.splice(0) }
  }

  private take(arrival: Arrival): void {
    this.waiting.push(arrival)
    this.tell()
  }
}

function addressed(url: string): Arrival {
  const address = readBrokerUrl(url)
  if (address) return { kind: 'connection', address }
  // The rest of the address may contain a password.
  return { kind: 'refused', scheme: /^[^:]*/.exec(url)![0].slice(0, 40) }
}

function plain(error: unknown): { code: string; details: Record<string, unknown> } {
  const { code, details } = encodeError(error)
  return { code, details: { ...details } }
}
