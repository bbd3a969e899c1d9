import { createServer } from 'node:net'
import type { BrokerListener } from '../../shared/contract/broker'
import { open } from './listeners/open'
import { openSocket } from './mqtt-sn/open-socket'

/**
 * Opens a listener's port and closes it again, without a broker. Throws what keeps it from opening: PORT_IN_USE, PORT_DENIED or
 * ADDRESS_UNAVAILABLE.
 */
export async function checkPort({ kind, host, port }: BrokerListener): Promise<void> {
  if (kind === 'sn') {
    const socket = await openSocket(host, port)
    return new Promise((closed) => void socket.close(closed))
  }
  const server = createServer()
  await open(server, { host, port })
  return new Promise((closed) => void server.close(() => closed()))
}
