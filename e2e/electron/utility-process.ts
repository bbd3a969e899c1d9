import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { needReady } from './app'
import { checkKeys, strict } from './strict'

/** A process of Electron's that runs Node: here it is one of Node, with Electron's port to its parent. */
class UtilityProcessDouble extends EventEmitter {
  readonly child: ChildProcess

  constructor(path: string, env: Record<string, string>) {
    super()
    this.child = fork(path, [], {
      env,
      execArgv: ['--import', join(import.meta.dirname, 'utility-host.mjs')],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc']
    })
    this.child.on('message', (data) => this.emit('message', data))
    this.child.on('exit', (code) => this.emit('exit', code ?? 1))
  }

  get pid(): number | undefined {
    return this.child.pid
  }

  postMessage(message: unknown): void {
    if (this.child.connected) this.child.send(message as object, () => undefined)
  }

  kill(): boolean {
    return this.child.kill('SIGTERM')
  }
}

export const utilityProcess = strict('UtilityProcess (static)', {
  fork(path: string, args: string[], options: { env: Record<string, string> }): UtilityProcessDouble {
    needReady('utilityProcess cannot be created before app is ready.')
    checkKeys('utility processes', options, ['env', 'stdio', 'serviceName'])
    if (!existsSync(path)) throw new Error(`There is no script ${path}`)
    if (args.length > 0) throw new Error('The stand-in passes no arguments to utility processes')
    return strict('UtilityProcess', new UtilityProcessDouble(path, options.env), ['message', 'exit'])
  }
})
