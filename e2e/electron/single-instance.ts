import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { decode, encode } from './clone'

/** What a second start tells the first. */
export interface SecondInstance {
  argv: string[]
  cwd: string
  additionalData: unknown
}

/** Ends when what is still to be told has been told. */
let told: Promise<unknown> = Promise.resolve()

export const allTold = (): Promise<unknown> => told

const lockFile = (folder: string): string => join(folder, 'stand-in-lock')

/** Gives the lock back. */
export const free = (folder: string): void => rmSync(lockFile(folder), { force: true })

/** The one that has the lock of a folder hears of a second start over a socket. Whether this is the one. */
export function lockOf(
  folder: string,
  additionalData: unknown,
  hear: (second: SecondInstance) => void
): boolean {
  mkdirSync(folder, { recursive: true })
  const lock = lockFile(folder)
  try {
    const { pid, port } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number; port: number }
    process.kill(pid, 0)
    const socket = connect(port, '127.0.0.1')
    told = new Promise((resolve) => socket.once('close', resolve))
    socket.end(encode({ argv: process.argv, cwd: process.cwd(), additionalData }))
    return false
  } catch {
    // Nobody has it.
  }
  const server = createServer((socket) => {
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('end', () => hear(decode(text) as SecondInstance))
  })
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number }
    writeFileSync(lock, JSON.stringify({ pid: process.pid, port }))
  })
  server.unref()
  process.on('exit', () => free(folder))
  return true
}
