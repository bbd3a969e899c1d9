import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { checkPort } from './check-port'

const host = '127.0.0.1'

it('finds a port that a program has, for TCP and UDP apart, and leaves a free one free', async () => {
  const server = createServer().listen(0, host)
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  await expect(checkPort({ kind: 'ws', host, port })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    details: { host, port }
  })
  await checkPort({ kind: 'sn', host, port })

  const socket = createSocket('udp4').bind(port, host)
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  await expect(checkPort({ kind: 'sn', host, port })).rejects.toMatchObject({
    code: 'PORT_IN_USE',
    details: { host, port, udp: true }
  })

  server.close()
  await once(server, 'close')
  await checkPort({ kind: 'tls', host, port })
  await checkPort({ kind: 'tcp', host, port })
})
