import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { decode, encode } from './clone'

/** The data that a second start sends to the first. */
export interface SecondInstance {
  argv: string[]
  cwd: string
  additionalData: unknown
}

/** Resolves when that data has been sent. */
let told: Promise<unknown> = Promise.resolve()

export const allTold = (): Promise<unknown> => told

const lockFile = (folder: string): string => join(folder, 'stand-in-lock')

/** Releases the lock. */
export const free = (folder: string): void => rmSync(lockFile(folder), { force: true })

/** Takes the lock of a folder; its holder is notified of a second start over a socket. Returns whether this process holds the lock. */
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
    // The lock is free.
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
