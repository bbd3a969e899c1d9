import { FIRST_FAILURE, REASON_CODE } from '../../../shared/mqtt-codes'
import type { Refusal } from '../codec/refusal'
import type { Hooks } from './hooks'

/**
 * The hooks of all who look on, which may come and go while the broker runs. A decision has a function only while somebody wants it, so that
 * it costs nothing otherwise.
 */
export class HookSet {
  authenticate: Hooks['authenticate']
  connect: Hooks['connect']
  publish: Hooks['publish']
  subscribe: Hooks['subscribe']
  deliver: Hooks['deliver']
  dequeue: Hooks['dequeue']
  full: Hooks['full']
  fault: Hooks['fault']
  own: Hooks['own']
  drop: Hooks['drop']
  arrived: Hooks['arrived']
  connected: Hooks['connected']
  closed: Hooks['closed']
  expired: Hooks['expired']
  datagram: Hooks['datagram']
  private readonly all = new Set<Hooks>()

  /** Returns a function that removes them. */
  add(hooks: Hooks): () => void {
    this.all.add(hooks)
    this.combine()
    return () => {
      this.all.delete(hooks)
      this.combine()
    }
  }

  /** Whoever refuses first decides. */
  private combine(): void {
    const authenticate = this.functions('authenticate')
    const connect = this.functions('connect')
    const publish = this.functions('publish')
    const subscribe = this.functions('subscribe')
    const deliver = this.functions('deliver')
    const dequeue = this.functions('dequeue')
    this.authenticate =
      authenticate && ((applicant, packet) => anyOf(authenticate.map((each) => each(applicant, packet))))
    const full = this.functions('full')
    const own = this.functions('own')
    this.connect = connect && ((asker, packet) => first(connect, (each) => each(asker, packet)) ?? null)
    this.publish =
      publish && ((asker, message) => worst(publish, REASON_CODE.SUCCESS, (each) => each(asker, message)))
    this.subscribe =
      subscribe &&
      ((asker, filter, options) => worst(subscribe, options.qos, (each) => each(asker, filter, options)))
    this.deliver = deliver && ((...given) => deliver.every((each) => each(...given)))
    this.dequeue = dequeue && ((...given) => dequeue.every((each) => each(...given)))
    this.full = full && ((...given) => full.some((each) => each(...given)))
    this.own = own && ((...given) => own.some((each) => each(...given)))
    this.drop = toAll(this.functions('drop'))
    this.fault = toAll(this.functions('fault'))
    this.arrived = toAll(this.functions('arrived'))
    this.connected = toAll(this.functions('connected'))
    this.closed = toAll(this.functions('closed'))
    this.expired = toAll(this.functions('expired'))
    this.datagram = toAll(this.functions('datagram'))
  }

  /** What everybody has for a decision; undefined: nobody has anything. */
  private functions<N extends keyof Hooks>(name: N): NonNullable<Hooks[N]>[] | undefined {
    const found: NonNullable<Hooks[N]>[] = []
    for (const hooks of this.all) {
      const each = hooks[name]
      if (each) found.push(each.bind(hooks) as NonNullable<Hooks[N]>)
    }
    return found.length === 0 ? undefined : found
  }
}

/** The first refusal once all answers are there; null: there is nothing to wait for. */
function anyOf(answers: (Promise<Refusal | null> | null)[]): Promise<Refusal | null> | null {
  const open = answers.filter((answer) => answer !== null)
  if (open.length === 0) return null
  return Promise.all(open).then((given) => given.find((refusal) => refusal !== null) ?? null)
}

/** The first result that is not null. */
function first<Each, Result>(all: Each[], ask: (each: Each) => Result | null): Result | null {
  for (const each of all) {
    const result = ask(each)
    if (result !== null) return result
  }
  return null
}

/** The first failure; without one, the lowest of the granted QoS, at most `most`. */
function worst<Each>(all: Each[], most: number, ask: (each: Each) => number): number {
  let lowest = most
  for (const each of all) {
    const code = ask(each)
    if (code >= FIRST_FAILURE) return code
    lowest = Math.min(lowest, code)
  }
  return lowest
}

/** Tells everybody. */
function toAll<Given extends unknown[]>(
  all: ((...given: Given) => void)[] | undefined
): ((...given: Given) => void) | undefined {
  return (
    all &&
    ((...given) => {
      for (const each of all) each(...given)
    })
  )
}
