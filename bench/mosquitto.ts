import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { freePort } from '../e2e/fixtures/port'
import { atEnd, seconds } from './scratch'

const program = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'].find(
  (path) => existsSync(path)
)

/** Starts Mosquitto on a free local port and resolves to that port; null if it is not installed. */
export async function startMosquitto(): Promise<number | null> {
  if (program === undefined) return null
  const port = await freePort()
  const child = spawn(program, ['-p', String(port)], { stdio: 'ignore' })
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
