import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from '../e2e/fixtures/port'
import { atEnd, seconds, temporaryFolder } from './scratch'

const program = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
  (path) => existsSync(path)
)

/**
 * Starts Mosquitto on a free local port and resolves to that port; null if it is not installed. It has no limit of messages in flight or
 * queued, so that it loses none.
 */
export async function startMosquitto(): Promise<number | null> {
  if (program === undefined) return null
  const port = await freePort()
  const file = join(temporaryFolder(), 'mosquitto.conf')
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_inflight_messages 0\nmax_queued_messages 0\n`
  )
  const child = spawn(program, ['-c', file], { stdio: 'ignore' })
  atEnd(() => child.kill())
  for (let tries = 0; tries < 100; tries++) {
    if (await answers(port)) return port
    await seconds(0.1)
  }
  throw new Error('Mosquitto does not listen')
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
