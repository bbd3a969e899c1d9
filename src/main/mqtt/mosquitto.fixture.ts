import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'

const PROGRAM = '/usr/sbin/mosquitto'

/** Whether Mosquitto is installed. If not, its tests are skipped, which `npm test` reports (and fails on with CI=true). */
export const mosquittoInstalled = spawnSync(PROGRAM, ['-h']).error === undefined

/** A real Mosquitto on a free loopback port, for unit tests. */
export class Mosquitto {
  port = 0
  private process: ChildProcess | null = null
  private said = ''
  private readonly directory = mkdtempSync(join(tmpdir(), 'treetop-mosquitto-'))

  /** Starts it, or restarts it on the same port. `config` adds lines to its configuration. */
  async start(config: string[] = ['allow_anonymous true']): Promise<void> {
    if (this.port === 0) this.port = await freePort()
    this.process = spawn(PROGRAM, ['-c', this.configure(config)], { stdio: ['ignore', 'ignore', 'pipe'] })
    this.process.stderr!.on('data', (chunk: Buffer) => (this.said += chunk.toString()))
    await untilOpen(this.port)
  }

  /** Writes a password file for one user and returns the configuration line that uses it. */
  withPassword(user: string, password: string): string {
    const file = join(this.directory, 'passwords')
    writeFileSync(file, `${user}:${password}\n`)
    spawnSync('mosquitto_passwd', ['-U', file])
    return `password_file ${file}`
  }

  /** Writes a file next to its configuration and returns the path. */
  file(name: string, text: string): string {
    const path = join(this.directory, name)
    writeFileSync(path, text)
    return path
  }

  /** Reloads it with another configuration while it runs; its retained messages stay. */
  async reload(...config: string[]): Promise<void> {
    this.configure(config)
    this.said = ''
    this.process?.kill('SIGHUP')
    // It reads its configuration before it serves its clients again.
    await vi.waitFor(() => expect(this.said).toContain('Reloading config'))
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const process = this.process
    this.process = null
    if (!process || process.exitCode !== null || process.signalCode !== null) return
    const gone = new Promise((resolve) => process.once('exit', resolve))
    process.kill(signal)
    await gone
  }

  async remove(): Promise<void> {
    await this.stop()
    rmSync(this.directory, { recursive: true, force: true })
  }

  private configure(config: string[]): string {
    return this.file(
      'mosquitto.conf',
      [`listener ${this.port} 127.0.0.1`, 'user root', ...config, ''].join('\n')
    )
  }
}

/** Returns a loopback port that is currently free. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Waits until something listens on a loopback port. */
export async function untilOpen(port: number): Promise<void> {
  for (let tries = 0; tries < 400; tries++) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('mosquitto did not start')
}
