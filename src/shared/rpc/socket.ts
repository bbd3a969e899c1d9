import { Packr } from 'msgpackr'
import type { Channel } from './channel'

/** The part of a WebSocket that a channel needs: the browser's, and the one of `ws`, have it. */
export interface SocketLike {
  binaryType: string
  readonly readyState: number
  send(data: Uint8Array): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'close', listener: () => void): void
}

const OPEN = 1

/** A channel over an open WebSocket: one msgpackr frame a message. Bytes stay bytes. */
export function socketChannel(socket: SocketLike): Channel {
  const packr = new Packr({ useRecords: false, moreTypes: true })
  socket.binaryType = 'arraybuffer'
  return {
    post(message) {
      if (socket.readyState === OPEN) socket.send(packr.pack(message))
    },
    on(listener) {
      socket.addEventListener('message', ({ data }) => {
        // What is not a frame of ours has no answer: the far side is not Treetop.
        if (!(data instanceof ArrayBuffer)) return socket.close()
        try {
          listener(packr.unpack(new Uint8Array(data)))
        } catch {
          socket.close()
        }
      })
    },
    onClose: (listener) => socket.addEventListener('close', listener)
  }
}
