import { FIRST_FAILURE, REASON_CODE } from '../../../shared/mqtt-codes'
import type { Hooks } from './hooks'

/**
 * The hooks of all who look on, which may come and go while the broker runs. A decision has a function only while somebody wants it, so that
 * it costs nothing otherwise.
 */
export class HookSet {
  connect: Hooks['connect']
  connected: Hooks['connected']
  publish: Hooks['publish']
  subscribe: Hooks['subscribe']
  deliver: Hooks['deliver']
  own: Hooks['own']
  drop: Hooks['drop']
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
    const connect = this.functions('connect')
    const connected = this.functions('connected')
    const publish = this.functions('publish')
    const subscribe = this.functions('subscribe')
    const deliver = this.functions('deliver')
    const own = this.functions('own')
    const drop = this.functions('drop')
    this.connect = connect && ((asker, packet) => first(connect, (each) => each(asker, packet)) ?? null)
    this.connected =
      connected &&
      ((asker) => {
        for (const each of connected) each(asker)
      })
    this.publish =
      publish && ((asker, message) => worst(publish, REASON_CODE.SUCCESS, (each) => each(asker, message)))
    this.subscribe =
      subscribe &&
      ((asker, filter, options) => worst(subscribe, options.qos, (each) => each(asker, filter, options)))
    this.deliver = deliver && ((...given) => deliver.every((each) => each(...given)))
    this.own = own && ((...given) => own.some((each) => each(...given)))
    this.drop =
      drop &&
      ((...given) => {
        for (const each of drop) each(...given)
      })
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
