import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { SCRIPT_LIMITS, type ScriptLine, type ScriptStatus } from '../../../shared/contract/scripts'
import { AppError } from '../../../shared/errors'
import { createPeer } from '../../../shared/rpc/peer'
import { portChannel } from '../../../shared/rpc/port'
import { headerOf } from '../../../shared/script-header'
import type { SpawnProcess } from '../../process'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { Interpreter, loadQuickJs } from './interpreter'
import { noEffects, type Outcome, type ScriptFunctions, type ScriptMessage } from './protocol'
import { message } from './scripts.fixture'
import { Scripts, type CollectionScript } from './scripts'

/** Runs scripts in QuickJS, but without a process. A script that says so hangs or crashes like one. */
function threadless(): { spawn: SpawnProcess; count: () => number } {
  let count = 0
  const spawn: SpawnProcess = () => {
    count++
    const { port1, port2 } = new MessageChannel()
    const exits: (() => void)[] = []
    let running: Interpreter | null = null
    const end = (): void => {
      port1.close()
      for (const listener of exits.splice(0)) listener()
    }
    const functions: { [K in keyof ScriptFunctions]: (input: never) => Promise<Outcome> } = {
      async start(script: Parameters<ScriptFunctions['start']>[0]) {
        running = new Interpreter(await loadQuickJs(), script)
        return running.start()
      },
      message(given: ScriptMessage) {
        const text = new TextDecoder().decode(given.payload)
        if (text === 'crash') end()
        return text === 'crash' || text === 'lose'
          ? new Promise(() => undefined)
          : Promise.resolve(running!.call('onMessage', given))
      },
      async beforePublish({ script, message }: Parameters<ScriptFunctions['beforePublish']>[0]) {
        const once = new Interpreter(await loadQuickJs(), script)
        const { fault } = once.start()
        return fault ? { ...noEffects(), fault } : once.call('beforePublish', message)
      }
    }
    createPeer(portChannel(port2 as never), functions)
    return {
      peer: createPeer(portChannel(port1 as never), {}),
      onExit: (listener) => void exits.push(listener),
      kill: end
    }
  }
  return { spawn, count: () => count }
}

const ECHO = `// @connection Plant\n// @filter in/#\nfunction onMessage(m) { publish({ topic: 'out', payload: m.text() }) }`

let directory: string
let files: CollectionScript[]
let open: { id: string; name: string }[]
let published: [string, string, string][]
let lines: ScriptLine[]
let notices: string[]
let process: ReturnType<typeof threadless>
let scripts: Scripts
let variables: Record<string, string>
let refuses: boolean

function file(source: string, path = 'echo.script.js', collection = 'c'): CollectionScript {
  return { collection, path, source, header: headerOf(source), isFaulty: false }
}

async function start(): Promise<void> {
  process = threadless()
  scripts = new Scripts({
    dataDirectory: directory,
    spawn: process.spawn,
    files: {
      list: () => files,
      save: (ref, source, before) => {
        const old = files.find(({ path }) => path === ref.path)!
        if (before !== null && before !== old.source)
          return Promise.reject(
            new AppError('INVALID_INPUT', { issues: [{ path: 'source', fault: 'SCRIPT_FILE_CHANGED' }] })
          )
        files = files.map((each) => (each === old ? file(source, ref.path) : each))
        return Promise.resolve()
      },
      create: () => Promise.resolve('new.script.js'),
      variables: () => variables
    },
    links: {
      open: () => open,
      filtersChanged: () => undefined,
      publish: (connection, { topic, payload }) => {
        if (refuses) return Promise.reject(new AppError('NOT_CONNECTED', { name: 'Plant' }))
        published.push([connection, topic, new TextDecoder().decode(payload)])
        return Promise.resolve()
      }
    },
    changed: () => undefined,
    told: (told) => void lines.push(...told),
    cleared: () => undefined,
    notice: (_script, texts) => void notices.push(...texts)
  })
  await scripts.load()
  scripts.refresh()
}

beforeEach(async () => {
  directory = temporaryFolder()
  files = [file(ECHO)]
  open = [{ id: 'p', name: 'Plant' }]
  published = []
  lines = []
  notices = []
  variables = {}
  refuses = false
  await start()
})
afterEach(() => scripts.stop())

const status = async (): Promise<ScriptStatus> => (await scripts.calls()['scripts.list']())[0]!
const state = async (): Promise<string> => (await status()).state
const allow = (path = 'echo.script.js'): unknown => {
  const { source } = files.find((each) => each.path === path)!
  return scripts.calls()['scripts.allow']({ collection: 'c', path, source })
}
const send = (text: string, connection = 'p'): void => {
  const keys = scripts.filtersFor(connection).map(({ key }) => key)
  scripts.arrived(connection, [{ keys, message: message(text, 'in/a') }], 0)
}

test('nothing of a folder runs before somebody switches it on, and then it answers on the same connection', async () => {
  expect(await state()).toBe('off')
  expect(scripts.filtersFor('p')).toEqual([])
  await allow()
  await vi.waitFor(() =>
    expect(scripts.filtersFor('p')).toEqual([{ key: 'c echo.script.js', filters: ['in/#'] }])
  )
  send('1')
  await vi.waitFor(() => expect(published).toEqual([['p', 'out', '1']]))
  await vi.waitFor(async () =>
    expect(await status()).toMatchObject({ state: 'running', handled: 1, published: 1 })
  )
  await scripts.calls()['scripts.forbid']({ collection: 'c', path: 'echo.script.js' })
  await vi.waitFor(async () => expect(await state()).toBe('off'))
  expect(scripts.filtersFor('p')).toEqual([])
})

test('a script that is on is on after a restart, but not with another text', async () => {
  await allow()
  await scripts.stop()
  await start()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
  files = [file(ECHO.replace(`'out'`, `'elsewhere'`))]
  scripts.refresh()
  await vi.waitFor(async () => expect(await state()).toBe('changed'))
  expect(scripts.filtersFor('p')).toEqual([])
  expect(await readFile(join(directory, 'scripts.json'), 'utf8')).not.toContain('publish')
})

test('what is allowed is the text that was read, not what the file has become', async () => {
  const seen = files[0]!.source
  files = [file(`${ECHO} // evil`)]
  await expect(
    Promise.resolve().then(() =>
      scripts.calls()['scripts.allow']({ collection: 'c', path: 'echo.script.js', source: seen })
    )
  ).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  expect(await state()).toBe('off')
})

test('saving keeps it on with the new text, unless the file changed meanwhile', async () => {
  await allow()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
  const save = (source: string, before: string) =>
    Promise.resolve(
      scripts.calls()['scripts.save']({ collection: 'c', path: 'echo.script.js', source, before })
    )
  const next = ECHO.replace(`'out'`, `'next'`)
  await save(next, ECHO)
  await vi.waitFor(() => expect(scripts.filtersFor('p')).toHaveLength(1))
  send('2')
  await vi.waitFor(() => expect(published).toEqual([['p', 'next', '2']]))
  files = [file(`${ECHO} // from git`)]
  await expect(save('mine', next)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
  expect(await state()).toBe('changed')
})

test('a script that is renamed or moved stays on', async () => {
  await allow()
  files = [file(ECHO, 'folder/other.script.js')]
  scripts.refresh()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
  // A copy is another script.
  files = [file(ECHO, 'folder/other.script.js'), file(ECHO, 'copy.script.js')]
  scripts.refresh()
  await vi.waitFor(async () =>
    expect((await scripts.calls()['scripts.list']()).map((each) => each.state)).toEqual(['running', 'off'])
  )
})

test('it runs only where its connection is open, and anew when variables change', async () => {
  open = []
  await allow()
  await vi.waitFor(async () => expect(await state()).toBe('waiting'))
  expect(process.count()).toBe(0)
  open = [
    { id: 'p', name: 'Plant' },
    { id: 'q', name: 'Other' }
  ]
  scripts.refresh()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
  expect(scripts.filtersFor('q')).toEqual([])
  scripts.refresh()
  await vi.waitFor(() => expect(process.count()).toBe(1))
  variables = { room: 'lab' }
  scripts.refresh()
  await vi.waitFor(() => expect(process.count()).toBe(2))
})

test('a process that ends is replaced three times a minute, then the script stops and says why', async () => {
  await allow()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
  for (let n = 0; n < 4; n++) send('crash')
  await vi.waitFor(async () =>
    expect(await status()).toMatchObject({ state: 'stopped', fault: { code: 'CRASHED' } })
  )
  expect(process.count()).toBe(4)
  await vi.waitFor(() => expect(lines.filter(({ event }) => event === 'restarted')).toHaveLength(3))
  await vi.waitFor(() => expect(lines.at(-1)!.event).toBe('stopped'))
  // It stays stopped until somebody starts it again.
  scripts.refresh()
  expect(await state()).toBe('stopped')
  await allow()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
})

test('a script that is no JavaScript stops with its line', async () => {
  files = [file(ECHO.replace('publish', 'pub lish'))]
  await allow()
  await vi.waitFor(async () =>
    expect(await status()).toMatchObject({ state: 'stopped', fault: { code: 'ERROR', stack: [{ line: 3 }] } })
  )
})

test('publishes and notices are limited, and the console says how many were too many', async () => {
  files = [
    file(`// @connection Plant\n// @filter in/#
      function onMessage(m) { for (let n = 0; n < 90; n++) publish({ topic: 'out' }); for (let n = 0; n < 9; n++) notice('n' + n) }`)
  ]
  await allow()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
  // Both are in the same second, however long they take.
  const clock = vi.spyOn(Date, 'now').mockReturnValue(Date.now())
  onTestFinished(() => clock.mockRestore())
  send('1')
  send('2')
  await vi.waitFor(async () => expect((await status()).handled).toBe(2))
  expect(published.length).toBeLessThanOrEqual(SCRIPT_LIMITS.publishesPerSecond)
  expect(notices).toHaveLength(SCRIPT_LIMITS.noticesPerMinute)
  clock.mockReturnValue(Date.now() + 1_000)
  send('3')
  await vi.waitFor(() =>
    expect(lines.filter(({ event }) => event === 'capped').map(({ count }) => count)).toContain(80)
  )
})

test('what the broker refuses is in the console', async () => {
  refuses = true
  await allow()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
  send('1')
  await vi.waitFor(() =>
    expect(lines.find(({ event }) => event === 'refused')).toMatchObject({
      text: 'out',
      code: 'NOT_CONNECTED'
    })
  )
})

test('the console is limited and can be cleared', async () => {
  files = [
    file(
      `// @connection Plant\n// @filter in/#\nfunction onMessage() { for (let n = 0; n < 90; n++) console.log(n) }`
    )
  ]
  await allow()
  await vi.waitFor(async () => expect(await state()).toBe('running'))
  for (let n = 0; n < 10; n++) send('x')
  await vi.waitFor(async () => expect((await status()).handled).toBe(10))
  expect(await scripts.calls()['scripts.console']()).toHaveLength(201)
  await scripts.calls()['scripts.clearConsole']()
  expect(await scripts.calls()['scripts.console']()).toEqual([])
})

test('before a publish, only a script that was allowed runs, and says what came of it', async () => {
  const run = async (source: string, isAllowed = true) => {
    files = [file(source, 'sign.script.js')]
    if (isAllowed) await allow('sign.script.js')
    return scripts.publishing({ collection: 'c', path: 'sign.script.js' }, message('1'), { key: 'k' }, false)
  }
  const sign = `function beforePublish(m) { m.payload = m.text() + variables.key }`
  expect(await run(sign, false)).toMatchObject({ fault: { code: 'SCRIPT_OFF', field: 'script' } })
  const signed = await run(sign)
  expect('message' in signed && new TextDecoder().decode(signed.message.payload)).toBe('1k')
  expect(await run(`${sign};`, false)).toMatchObject({ fault: { code: 'SCRIPT_CHANGED' } })
  expect(await run(`function beforePublish() { cancel('closed') }`)).toMatchObject({
    fault: { code: 'SCRIPT_CANCELLED', detail: 'closed' }
  })
  expect(await run(`\nfunction beforePublish() { return x }`)).toMatchObject({
    fault: { code: 'SCRIPT_FAILED', line: 2, detail: "ReferenceError: 'x' is not defined" }
  })
  expect(await run(`while (true) {}`)).toMatchObject({ fault: { code: 'SCRIPT_LIMIT', detail: 'TIME' } })
  expect(await run(`1`)).toMatchObject({ fault: { code: 'SCRIPT_LIMIT', detail: 'NO_FUNCTION' } })
  files = []
  expect(
    await scripts.publishing({ collection: 'c', path: 'sign.script.js' }, message('1'), {}, false)
  ).toMatchObject({ fault: { code: 'SCRIPT_MISSING' } })
})
