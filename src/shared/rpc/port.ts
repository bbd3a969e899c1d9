import type { Channel } from './channel'

/** The part of a MessagePort that a channel needs. Node's Worker and parentPort have it too. */
export interface PortLike {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  once(event: 'close' | 'exit', listener: () => void): unknown
}

/** A channel over a worker's port. A posted slice of a buffer takes the whole buffer with it. */
export function portChannel(port: PortLike): Channel {
  return {
    post: (message) => port.postMessage(message),
    on: (listener) => void port.on('message', listener),
    onClose(listener) {
      let closed = false
      const once = (): void => {
        if (closed) return
        closed = true
        listener()
      }
      port.once('close', once)
      port.once('exit', once)
    }
  }
}
