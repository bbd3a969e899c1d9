import { createServer, type Server } from 'node:net'
import type { Broker } from './broker'
import { open, type Place } from './listeners/open'
import { PatientSocket } from './patient-socket'

/** Listens for clients of the broker. Throws PORT_IN_USE with the next free port, PORT_DENIED or ADDRESS_UNAVAILABLE. */
export async function listen(broker: Broker, place: Place): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => broker.handle(new PatientSocket(socket)))
  await open(server, place)
  return server
}
