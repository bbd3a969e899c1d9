import type { Channel } from './channel'

/** The one IPC channel. A message on it is `(document, message)`: a document is one load of the page. */
export const IPC_CHANNEL = 'treetop'

/** All that the desktop's preload gives the page, as `window.treetop`: a way to post, and to listen. */
export interface Bridge {
  post(message: unknown): void
  /** Sets the one listener. */
  on(listener: (message: unknown) => void): void
}

/** The page's channel over the bridge. It never closes before the page does: the page goes with its process. */
export function bridgeChannel(bridge: Bridge): Channel {
  return {
    post: (message) => bridge.post(message),
    on: (listener) => bridge.on(listener),
    onClose: () => undefined
  }
}
