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
    switch ((error as NodeJS.ErrnoException).code ?? '') {
      case 'EADDRINUSE':
        throw new AppError('PORT_IN_USE', { host, port, next: await nextFree(host, port) })
      case 'EACCES':
        throw new AppError('PORT_DENIED', { host, port })
      case 'EADDRNOTAVAIL':
        throw new AppError('ADDRESS_UNAVAILABLE', { host, port })
      default:
        throw error
    }
  }
}

/** Has a server listen on a Unix socket that only this user can open, or on a named pipe of Windows. */
export async function openPipe(server: Server, path: string): Promise<void> {
  const isFile = process.platform !== 'win32'
  // A Treetop that was killed leaves its socket behind.
  if (isFile) rmSync(path, { force: true })
  await opened(server, { path })
  if (isFile) chmodSync(path, 0o600)
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
    const isFree = await opened(server, { host, port }).then(
      () => true,
      () => false
    )
    server.close()
    if (isFree) return port
  }
  return null
}
