import { AppError } from '../errors'
import type { Channel } from './channel'
import { connectContract, type Api } from './contract'

export type LinkState = 'connecting' | 'open' | 'lost'

/** A renderer's connection to Treetop's process. It reconnects when lost. */
export interface Link {
  /**
   * Usable at once: calls made while the first channel is opening wait for it. While the link is lost, every call throws
   * CHANNEL_CLOSED. Listeners survive a loss, but miss the events in between: fetch a snapshot.
   */
  readonly api: Api
  /** Reports the current state, then every change, until the returned function is called. Fetch snapshots at each 'open'. */
  onState(listener: (state: LinkState) => void): () => void
}

/** ms before the first attempt to reconnect; doubles with each failure. */
const FIRST_WAIT = 250
const LONGEST_WAIT = 5_000

interface Subscription {
  attach(api: Api): () => void
  detach: () => void
}

/** Opens a channel, and a new one whenever it is lost, until the api is closed. */
export function keepLinked(open: () => Promise<Channel>): Link {
  const subscriptions = new Set<Subscription>()
  const watchers = new Set<(state: LinkState) => void>()
  let state: LinkState = 'connecting'
  let current: Api | null = null
  let closed = false
  let failures = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const enter = (next: LinkState): void => {
    if (state === next) return
    state = next
    for (const watcher of watchers) watcher(next)
  }
  const lose = (): void => {
    current = null
    enter('lost')
    if (closed) return
    timer = setTimeout(() => void dial(), Math.min(FIRST_WAIT * 2 ** failures++, LONGEST_WAIT))
  }
  const dial = async (): Promise<void> => {
    try {
      const channel = await open()
      const api = connectContract(channel)
      if (closed) return api.close()
      current = api
      failures = 0
      channel.onClose(lose)
      for (const subscription of subscriptions) subscription.detach = subscription.attach(api)
      enter('open')
    } catch {
      // Browsers hide from a page why its WebSocket failed, so the state is all there is to report.
      lose()
    }
  }
  const first = dial()

  return {
    api: {
      async call(name, ...input) {
        if (state === 'connecting') await first
        if (!current) throw new AppError('CHANNEL_CLOSED', {})
        return current.call(name, ...input)
      },
      on(name, listener) {
        const attach = (api: Api): (() => void) => api.on(name, listener)
        const subscription: Subscription = { attach, detach: current ? attach(current) : () => undefined }
        subscriptions.add(subscription)
        return () => {
          subscriptions.delete(subscription)
          subscription.detach()
        }
      },
      close() {
        closed = true
        clearTimeout(timer)
        current?.close()
        current = null
        enter('lost')
      }
    },
    onState(listener) {
      watchers.add(listener)
      listener(state)
      return () => watchers.delete(listener)
    }
  }
}
