import type { CallsOf } from '../../shared/contract'
import type { Arrival } from '../../shared/contract/app'
import { isUrl, readBrokerUrl } from '../../shared/broker-url'
import { encodeError } from '../../shared/errors'

/**
 * What was handed to Treetop from outside: an address that was clicked, a recording that was opened. It waits here until a page takes
 * it. Nothing is done with an address but to show it in a form: whoever wrote the link is not the person.
 */
export class Arrivals {
  private readonly waiting: Arrival[] = []

  constructor(
    /** Opens a recording's file. */
    private readonly open: (path: string) => Promise<{ id: string }>,
    private readonly tell: () => void
  ) {}

  /** Takes in an address, or the path of a file. */
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
  // The rest of it may hold a password.
  return { kind: 'refused', scheme: /^[^:]*/.exec(url)![0].slice(0, 40) }
}

function plain(error: unknown): { code: string; details: Record<string, unknown> } {
  const { code, details } = encodeError(error)
  return { code, details: { ...details } }
}
