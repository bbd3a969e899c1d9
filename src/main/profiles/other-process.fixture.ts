import { spawn, type ChildProcess } from 'node:child_process'
import { onTestFinished } from 'vitest'

/** Starts a process of its own that runs `program`, in which `ours` is a module of ours, until the test has finished. */
export function otherProcess(module: URL, program: string, cwd?: string): ChildProcess {
  const whole = `
    const { registerHooks } = await import('node:module')
    registerHooks({
      resolve(specifier, context, next) {
        const isOurs = specifier.startsWith('.') && !context.parentURL.includes('/node_modules/')
        return next(isOurs ? specifier + '.ts' : specifier, context)
      }
    })
    const ours = await import(${JSON.stringify(module.href)})
    ${program}`
  const child = spawn(
    process.execPath,
    ['--experimental-transform-types', '--input-type=module', '--eval', whole],
    { ...(cwd !== undefined && { cwd }) }
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  return child
}
