import type { Channel } from './channel'

/** The only IPC channel. Its messages are `(document, message)`, where a document is one load of the page. */
export const IPC_CHANNEL = 'treetop'

/** Everything that the desktop's preload exposes to the page, as `window.treetop`. */
export interface Bridge {
  post(message: unknown): void
  /** Sets the only listener. */
  on(listener: (message: unknown) => void): void
}

/** The page's channel over the bridge. It never closes before the page does, because the page ends with its process. */
export function bridgeChannel(bridge: Bridge): Channel {
  return {
    post: (message) => bridge.post(message),
    on: (listener) => bridge.on(listener),
    onClose: () => undefined
  }
}
