import { Packr } from 'msgpackr'
import { AppError } from '../errors'
import type { Channel } from './channel'

/** The part of a WebSocket that a channel needs. The browser's and that of `ws` both have it. */
export interface SocketLike {
  binaryType: string
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
}

const OPEN = 1

/** Waits until a WebSocket is open, then returns its channel. Rejects if it closes before that. */
export function openSocket(socket: SocketLike): Promise<Channel> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(socketChannel(socket)))
    socket.addEventListener('close', () => reject(new AppError('CHANNEL_CLOSED', {})))
    // `close` follows. Without an error listener, an error would end a Node process.
    socket.addEventListener('error', () => undefined)
  })
}

/** A channel over an open WebSocket: one msgpackr frame per message. Bytes stay bytes. */
export function socketChannel(socket: SocketLike): Channel {
  const packr = new Packr({ useRecords: false, moreTypes: true })
  socket.binaryType = 'arraybuffer'
  return {
    post(message) {
      if (socket.readyState === OPEN) socket.send(packr.pack(message) as Uint8Array<ArrayBuffer>)
    },
    on(listener) {
      socket.addEventListener('message', ({ data }) => {
        // Close on anything but a valid frame: the remote side is not Treetop.
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
