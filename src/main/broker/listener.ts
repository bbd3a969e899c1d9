import { createServer, type Server } from 'node:net'
import { AppError } from '../../shared/errors'
import type { Broker } from './broker'
import { PatientSocket } from './patient-socket'

/** How many ports above one that is in use are tried. */
const NEXT_TRIES = 50

export interface Place {
  host: string
  port: number
}

/** Listens for clients of the broker. Throws PORT_IN_USE with the next free port, PORT_DENIED or ADDRESS_UNAVAILABLE. */
export async function listen(broker: Broker, { host, port }: Place): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => broker.handle(new PatientSocket(socket)))
  try {
    await opened(server, { host, port })
    return server
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

function opened(server: Server, { host, port }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      server.on('error', () => undefined)
      resolve()
    })
  })
}

async function nextFree(host: string, taken: number): Promise<number | null> {
  for (let port = taken + 1; port <= Math.min(taken + NEXT_TRIES, 65_535); port++) {
    const server = createServer()
    try {
      await opened(server, { host, port })
      return port
    } catch {
      // Also in use.
    } finally {
      server.close()
    }
  }
  return null
}
