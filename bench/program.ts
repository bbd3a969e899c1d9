import { fork, type ChildProcess } from 'node:child_process'
import { resolve } from 'node:path'
import { atEnd } from './scratch'

/** Timeout for any single step of a program, in ms. */
const TIMEOUT = 600_000

/** A program of programs/ in its own process, which ends with the case. The program and the case exchange plain values. */
export class Program<News extends { kind: string }> {
  private readonly child: ChildProcess
  private readonly heard: News[] = []
  private readonly waiting: (() => void)[] = []
  private fault: string | null = null

  constructor(
    private readonly name: string,
    ...args: unknown[]
  ) {
    this.child = fork(
      resolve(import.meta.dirname, 'programs', `${name}.ts`),
      args.map((arg) => JSON.stringify(arg)),
      { execArgv: ['--disable-warning=ExperimentalWarning'] }
    )
    this.child.on('message', (news) => {
      this.heard.push(news as News)
      this.wake()
    })
    this.child.once('exit', (code, signal) => {
      this.fault = `${this.name} ended with ${String(signal ?? code)}`
      this.wake()
    })
    atEnd(() => this.stop())
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  tell(message: object): void {
    this.child.send(message)
  }

  /** Waits for the next message of a kind, and removes it. Throws when the program ends first, or on a timeout. */
  async hear<Kind extends News['kind']>(kind: Kind): Promise<Extract<News, { kind: Kind }>> {
    let late = false
    const timer = setTimeout(() => {
      late = true
      this.wake()
    }, TIMEOUT)
    try {
      for (;;) {
        const place = this.heard.findIndex((news) => news.kind === kind)
        if (place >= 0) return this.heard.splice(place, 1)[0] as Extract<News, { kind: Kind }>
        if (this.fault !== null) throw new Error(this.fault)
        if (late) throw new Error(`${this.name} did not tell "${kind}"`)
        await new Promise<void>((wake) => this.waiting.push(wake))
      }
    } finally {
      clearTimeout(timer)
    }
  }

  async stop(): Promise<void> {
    if (this.fault !== null) return
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGKILL')
    await gone
  }

  private wake(): void {
    for (const each of this.waiting.splice(0)) each()
  }
}
