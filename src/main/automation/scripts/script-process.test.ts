import { readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { ProcessHandle } from '../../process'
import { spawnProcess } from '../../process'
import { builtProcess, message, script } from './scripts.fixture'
import { ScriptProcess } from './script-process'

let built: Awaited<ReturnType<typeof builtProcess>>
beforeAll(async () => {
  built = await builtProcess()
})
afterAll(() => built.remove())

const open: ScriptProcess[] = []
afterAll(() => open.forEach((each) => each.end()))
function started(path = built.path): ScriptProcess {
  const one = new ScriptProcess(spawnProcess, path)
  open.push(one)
  return one
}

test('a script answers from a process of its own', async () => {
  const one = started()
  expect(
    (await one.call('start', script(`function onMessage(m) { publish({ topic: 'b', payload: m.text() }) }`)))
      .fault
  ).toBeNull()
  const { sent } = await one.call('message', message('hello'))
  expect(sent.map(({ topic, payload }) => [topic, new TextDecoder().decode(payload)])).toEqual([
    ['b', 'hello']
  ])
})

test('before a publish, each script gets an interpreter of its own, and one that fails takes its process with it', async () => {
  const one = started()
  const run = (source: string) =>
    one.call('beforePublish', { script: script(source, { kind: 'publish' }), message: message('1') })
  expect(
    (await run(`globalThis.left = 1; function beforePublish(m) { m.payload = typeof left }`)).fault
  ).toBeNull()
  const { sent } = await run(`function beforePublish(m) { m.payload = typeof left }`)
  expect(new TextDecoder().decode(sent[0]!.payload)).toBe('undefined')
  expect((await run(`function beforePublish() { while (true) {} }`)).fault!.code).toBe('TIME')
  await vi.waitFor(() => expect(one.isOver).toBe(true))
})

test('what the interpreter cannot interrupt ends with its process', async () => {
  const one = started()
  await one.call('start', script(`function onMessage() { Array(1e9).join('x') }`))
  const { fault } = await one.call('message', message())
  expect(fault!.code).toBe('UNRESPONSIVE')
  expect(one.isOver).toBe(true)
})

test('a native stack that overflows ends the process, not Treetop', async () => {
  const one = started()
  await one.call(
    'start',
    script(
      `let o = {}; function onMessage(m) { if (m.text()) for (let n = 0; n < 1e4; n++) o = { o }; else JSON.stringify(o) }`
    )
  )
  // In steps that a slow machine does within the time of a message.
  for (let step = 0; step < 10; step++)
    expect((await one.call('message', message('deeper'))).fault).toBeNull()
  expect(['CRASHED', 'STACK']).toContain((await one.call('message', message(''))).fault!.code)
})

/** A process whose code is hostile, as if a script had broken out of WebAssembly. */
async function broken(code: string): Promise<ProcessHandle<{ probe(input: null): unknown }>> {
  const path = join(dirname(built.path), `broken-${code.length}.js`)
  await writeFile(
    path,
    `process.on('message', async (frame) => {
       const answer = async () => { ${code} }
       const value = await answer().catch((error) => String(error.code ?? error.message))
       process.send({ t: 's', i: frame.i, r: { ok: true, value } })
     })`
  )
  return spawnProcess(path)
}

test('even outside of the interpreter there is no file, no process, no thread, no addon and no environment', async () => {
  const handle = await broken(`
    const { readFileSync, writeFileSync, readdirSync } = await import('node:fs')
    const { spawnSync } = await import('node:child_process')
    const { Worker } = await import('node:worker_threads')
    const attempt = (work) => { try { return work() } catch (error) { return error.code ?? error.name } }
    return {
      read: attempt(() => readFileSync('/etc/hostname', 'utf8')),
      list: attempt(() => readdirSync('/')),
      write: attempt(() => writeFileSync(${JSON.stringify(join(import.meta.dirname, 'never'))}, '')),
      spawn: attempt(() => spawnSync('/bin/true').error ?? 'ran'),
      thread: attempt(() => String(new Worker('', { eval: true }))),
      addon: attempt(() => process.dlopen({ exports: {} }, '/lib/x.node')),
      code: attempt(() => new Function('return 1')()),
      environment: Object.keys(process.env)
    }`)
  expect(await handle.peer.call('probe', null)).toEqual({
    read: 'ERR_ACCESS_DENIED',
    list: 'ERR_ACCESS_DENIED',
    write: 'ERR_ACCESS_DENIED',
    spawn: 'ERR_ACCESS_DENIED',
    thread: 'ERR_ACCESS_DENIED',
    addon: 'ERR_DLOPEN_DISABLED',
    code: 'EvalError',
    environment: []
  })
  handle.kill()
})

test('a process that lies is ended', async () => {
  const lies = [
    `return { fault: null, lines: [], dropped: 0, notices: [], sent: [{ topic: 'a/#', payload: new Uint8Array(1), qos: 0, retain: false, properties: null }], cancelled: null }`,
    `return { sent: 'everything' }`,
    `return null`
  ]
  for (const [index, code] of lies.entries()) {
    const handle = await broken(code)
    handle.kill()
    const one = started(join(dirname(built.path), `broken-${code.length}.js`))
    const { fault, sent } = await one.call('message', message())
    expect([index, fault!.code, sent]).toEqual([index, 'CRASHED', []])
    expect(one.isOver).toBe(true)
  }
})

test('the process ends with Treetop', async () => {
  const path = join(dirname(built.path), 'parent.mjs')
  await writeFile(
    path,
    `import { fork } from 'node:child_process'
     const child = fork(${JSON.stringify(built.path)}, [], { env: {}, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
     child.on('spawn', () => process.stdout.write(String(child.pid)))
     setInterval(() => undefined, 1000)`
  )
  const { spawn } = await import('node:child_process')
  const parent = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = Number(await new Promise<Buffer>((resolve) => parent.stdout.once('data', resolve)))
  parent.kill('SIGKILL')
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false))
})

/** A process that has ended but was not collected does not run. */
function isRunning(pid: number): boolean {
  if (!readdirSync('/proc').includes(String(pid))) return false
  return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
}
