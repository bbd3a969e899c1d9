import { spawn } from 'node:child_process'
import { pinnedEnvironment, root } from './place.mjs'

/** Runs a program in the project with its output shown, signals passed on, and gives its exit code (128 + n for a signal). */
export function run(command, args, { env = {}, cwd = root, timeout } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      stdio: 'inherit',
      env: { ...pinnedEnvironment(), ...env },
      timeout
    })
    const pass = (signal) => child.kill(signal)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    for (const signal of signals) process.on(signal, pass)
    const done = (code) => {
      for (const signal of signals) process.off(signal, pass)
      resolve(code)
    }
    child.once('error', (error) => {
      process.stderr.write(`${command} cannot be run: ${error.message}\n`)
      done(127)
    })
    child.once('exit', (code, signal) => done(code ?? (signal === 'SIGINT' ? 130 : 143)))
  })
}
