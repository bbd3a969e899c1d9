import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { AppError } from '../../../shared/errors'

/** How many ports above one that is in use are tried. */
const NEXT_TRIES = 50
/**
 * Bytes of datagrams that may wait while the thread is busy; the system may allow less. With Linux's default of 208 KiB, a burst of a few
 * hundred small datagrams is lost, and each client sends again only seconds later.
 */
const WAITING = 4_194_304

/** Binds a UDP socket. Throws PORT_IN_USE with the next free port, PORT_DENIED or ADDRESS_UNAVAILABLE. */
export async function openSocket(host: string, port: number): Promise<Socket> {
  try {
    return await bound(host, port)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new AppError('PORT_IN_USE', { host, port, next: await nextFree(host, port), udp: true })
    if (code === 'EACCES') throw new AppError('PORT_DENIED', { host, port })
    if (code === 'EADDRNOTAVAIL') throw new AppError('ADDRESS_UNAVAILABLE', { host, port })
    throw error
  }
}

async function bound(host: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: WAITING })
  try {
    socket.bind({ address: host, port, exclusive: true })
    await once(socket, 'listening')
  } catch (error) {
    socket.close()
    throw error
  }
  // Such as an ICMP answer to a datagram: no fault of the listener.
  socket.on('error', () => undefined)
  return socket
}

async function nextFree(host: string, taken: number): Promise<number | null> {
  for (let port = taken + 1; port <= Math.min(taken + NEXT_TRIES, 65_535); port++) {
    const socket = await bound(host, port).catch(() => null)
    if (!socket) continue
    socket.close()
    return port
  }
  return null
}
