import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { pinnedEnvironment, root } from './place.mjs'

/**
 * Runs a program in the project with its output shown, signals passed on, and gives its exit code (128 + n for a signal). After
 * `timeout` ms it is ended. Whoever stops it stops what would come after it, too. `hear` is told the output as well.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, timeout?: number, hear?: (text: string) => void }} options
 */
export function run(command, args, { env = {}, cwd = root, timeout, hear } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: hear ? ['inherit', 'pipe', 'pipe'] : 'inherit',
      env: { ...pinnedEnvironment(), ...env },
      timeout
    })
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr]
    ]) {
      from?.pipe(to, { end: false })
      from?.on('data', (chunk) => hear(String(chunk)))
    }
    let stopped = false
    const pass = (signal) => {
      stopped = true
      if (!terminalTells(signal)) child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const done = (code) => {
      for (const signal of signals) process.off(signal, pass)
      if (stopped && code !== 0) process.exit(code)
      resolve(code)
    }
    child.once('error', (error) => {
      process.stderr.write(`${command} cannot be run: ${error.message}\n`)
      done(127)
    })
    child.once('close', (code, signal) => done(code ?? 128 + constants.signals[signal]))
  })
}

/** Ctrl-C and a closed terminal reach every program in it; told a second time, Treetop would end before all is on disk. */
export function terminalTells(signal) {
  return process.stdin.isTTY === true && signal !== 'SIGTERM'
}
