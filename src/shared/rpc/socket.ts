import { Packr } from 'msgpackr'
import { AppError } from '../errors'
import type { Channel } from './channel'

/** The part of a WebSocket that a channel needs: the browser's, and the one of `ws`, have it. */
export interface SocketLike {
  binaryType: string
  readonly readyState: number
  send(data: Uint8Array<ArrayBuffer>): void
  close(): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
  addEventListener(type: 'open' | 'close' | 'error', listener: () => void): void
}

const OPEN = 1

/** Waits until a WebSocket is open, then gives its channel. Rejects when it closes before that. */
export function openSocket(socket: SocketLike): Promise<Channel> {
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(socketChannel(socket)))
    socket.addEventListener('close', () => reject(new AppError('CHANNEL_CLOSED', {})))
    // `close` follows; without a listener of its own an error would end a Node process.
    socket.addEventListener('error', () => undefined)
  })
}

/** A channel over an open WebSocket: one msgpackr frame a message. Bytes stay bytes. */
export function socketChannel(socket: SocketLike): Channel {
  const packr = new Packr({ useRecords: false, moreTypes: true })
  socket.binaryType = 'arraybuffer'
  return {
    post(message) {
      if (socket.readyState === OPEN) socket.send(packr.pack(message) as Uint8Array<ArrayBuffer>)
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
