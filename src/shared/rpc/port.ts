import type { Channel } from './channel'

/** The part of a MessagePort, of either kind, that a channel needs. Node's Worker and parentPort have it too. */
export interface PortLike {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  once(event: 'close' | 'exit', listener: () => void): unknown
}

/** A channel over a worker's port. Bytes are copied whole: a slice of a shared buffer would take all of it along. */
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
