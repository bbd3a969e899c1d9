import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { pinnedEnvironment, root } from './place.mjs'

/**
 * Runs a program in the project with visible output and forwarded signals, and resolves to its exit code (128 + n for a signal). It is
 * terminated after `timeout` ms. If the user stops it, the calling script exits as well. `hear` also receives the output. With `held` the
 * output is shown at the end, in one piece, so that programs can run side by side.
 * @param {string} command
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, timeout?: number, hear?: (text: string) => void, held?: boolean }} options
 */
export function run(command, args, { env = {}, cwd = root, timeout, hear, held = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: hear || held ? ['inherit', 'pipe', 'pipe'] : 'inherit',
      env: { ...pinnedEnvironment(), ...env },
      timeout
    })
    const output = []
    for (const [from, to] of [
      [child.stdout, process.stdout],
      [child.stderr, process.stderr]
    ]) {
      if (held) from.on('data', (chunk) => output.push(chunk))
      else from?.pipe(to, { end: false })
      if (hear) from?.on('data', (chunk) => hear(String(chunk)))
    }
    let stopped = false
    const pass = (signal) => {
      stopped = true
      if (!terminalTells(signal)) child.kill(signal)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const done = (code) => {
      process.stdout.write(Buffer.concat(output))
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

/** Ctrl-C and closing a terminal signal every program in it. A second signal would end Treetop before all is on disk. */
export function terminalTells(signal) {
  return process.stdin.isTTY === true && signal !== 'SIGTERM'
}
