import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type ListenOptions, type Server } from 'node:net'
import { AppError } from '../../../shared/errors'

/** How many ports above one that is in use are tried. */
const NEXT_TRIES = 50

export interface Place {
  host: string
  port: number
}

/** Has a server listen. Throws PORT_IN_USE with the next free port, PORT_DENIED or ADDRESS_UNAVAILABLE. */
export async function open(server: Server, { host, port }: Place): Promise<void> {
  try {
    await opened(server, { host, port })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE')
      throw new AppError('PORT_IN_USE', { host, port, next: await nextFree(host, port) })
    if (code === 'EACCES') throw new AppError('PORT_DENIED', { host, port })
    if (code === 'EADDRNOTAVAIL') throw new AppError('ADDRESS_UNAVAILABLE', { host, port })
    throw error
  }
}

/** Has a server listen on a Unix socket that only this user can open, or on a named pipe of Windows. */
export async function openPipe(server: Server, path: string): Promise<void> {
  if (process.platform === 'win32') return opened(server, { path })
  // A Treetop that was killed leaves its socket behind.
  rmSync(path, { force: true })
  await opened(server, { path })
  chmodSync(path, 0o600)
}

async function opened(server: Server, where: ListenOptions): Promise<void> {
  server.listen(where)
  await once(server, 'listening')
  // A connection that cannot be accepted, such as for want of file descriptors, is no fault of the server.
  server.on('error', () => undefined)
}

async function nextFree(host: string, taken: number): Promise<number | null> {
  for (let port = taken + 1; port <= Math.min(taken + NEXT_TRIES, 65_535); port++) {
    const server = createServer()
    const fault = await opened(server, { host, port }).catch((error: Error) => error)
    server.close()
    if (!fault) return port
  }
  return null
}
