import { beforeAll, describe, expect, test } from 'vitest'
import type { QuickJSWASMModule } from 'quickjs-emscripten-core'
import { Interpreter, loadQuickJs } from './interpreter'
import type { PublishProperties } from '../../../shared/composed-properties'
import type { Outcome } from './protocol'
import { message, script } from './scripts.fixture'

let quickJs: QuickJSWASMModule
beforeAll(async () => {
  quickJs = await loadQuickJs()
})

/** Runs the body of an `onMessage`. */
function handle(body: string, with_ = message('{"on":true}', 'lamp/1/set')): Outcome {
  const interpreter = new Interpreter(quickJs, script(`function onMessage(message) {\n${body}\n}`))
  const started = interpreter.start()
  return started.fault ? started : interpreter.call('onMessage', with_)
}

function before(source: string, given = message('{"on":true}'), variables = {}): Outcome {
  const interpreter = new Interpreter(quickJs, script(source, { kind: 'publish', variables }))
  const started = interpreter.start()
  return started.fault ? started : interpreter.call('beforePublish', given)
}

const text = (bytes: Uint8Array | undefined): string => new TextDecoder().decode(bytes)

/** What `console.log` of an expression writes. */
function logged(expression: string): string | undefined {
  return handle(`console.log(${expression})`).lines[0]?.text
}

describe('a message script', () => {
  test('reads a message and answers it', () => {
    const { sent, fault } = handle(
      `const { on } = message.json()
       publish({ topic: message.topic.replace('set', 'state'), payload: { on, was: message.text() }, qos: 1, retain: true,
         properties: { contentType: 'application/json', userProperties: [['b', '1'], ['a', '2']], correlationData: new Uint8Array([0, 255]) } })`
    )
    expect(fault).toBeNull()
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      topic: 'lamp/1/state',
      qos: 1,
      retain: true,
      properties: {
        contentType: 'application/json',
        correlation: { as: 'hex', text: '00ff' },
        userProperties: [
          { name: 'b', value: '1' },
          { name: 'a', value: '2' }
        ]
      }
    })
    expect(text(sent[0]!.payload)).toBe('{"on":true,"was":"{\\"on\\":true}"}')
  })

  test('transforms a message by publishing it under another topic', () => {
    const { sent } = handle(`message.topic = 'new/' + message.topic; message.payload = 'é'; publish(message)`)
    expect(sent.map(({ topic, payload }) => [topic, text(payload)])).toEqual([['new/lamp/1/set', 'é']])
  })

  test('gets and publishes bytes that are no text', () => {
    const { sent, lines } = handle(
      `console.log(message.payload instanceof Uint8Array, message); publish({ topic: 'x', payload: message.bytes().reverse() })`,
      message(Uint8Array.of(255, 0, 1))
    )
    expect([...sent[0]!.payload]).toEqual([1, 0, 255])
    expect(lines[0]!.text).toContain('true {"topic":"a/b"')
  })

  test('keeps its state from call to call, also in its own variables', () => {
    const interpreter = new Interpreter(
      quickJs,
      script(`let n = 0; function onMessage() { state.n = (state.n ?? 10) + 1; console.log(++n, state.n) }`)
    )
    interpreter.start()
    interpreter.call('onMessage', message())
    expect(interpreter.call('onMessage', message()).lines[0]!.text).toBe('2 12')
    interpreter.dispose()
  })

  test('may be async', () => {
    const interpreter = new Interpreter(
      quickJs,
      script(
        `const onMessage = async (m) => { await null; publish({ topic: 'later' }); throw new RangeError('late') }`
      )
    )
    interpreter.start()
    const { sent, fault } = interpreter.call('onMessage', message())
    expect(sent[0]!.topic).toBe('later')
    expect(fault).toMatchObject({ code: 'ERROR', message: 'RangeError: late', stack: [{ line: 1 }] })
  })

  test('tells where it failed, in its own lines', () => {
    const { fault } = handle(`const inner = () => {\n  return message.json().a.b.c\n}\ninner()`)
    expect(fault!.code).toBe('ERROR')
    expect(fault!.message).toMatch(/^TypeError: cannot read property 'b' of undefined/)
    expect(fault!.stack.map(({ at, line }) => [at, line])).toEqual([
      ['inner', 3],
      ['onMessage', 5]
    ])
  })

  test('that is no JavaScript, or has no function, says so', () => {
    const broken = new Interpreter(quickJs, script('let x = 1\nlet y = ;'))
    expect(broken.start().fault).toMatchObject({ code: 'ERROR', stack: [{ line: 2 }] })
    const empty = new Interpreter(quickJs, script(''))
    empty.start()
    expect(empty.call('onMessage', message()).fault).toMatchObject({
      code: 'NO_FUNCTION',
      message: 'onMessage'
    })
  })

  test.each([
    [`publish({ topic: 'a/#' })`, 'topic: TOPIC_WILDCARD'],
    [`publish({ topic: 7 })`, 'topic'],
    [`publish({ topic: 'a', qos: 3 })`, 'qos'],
    [`publish({ topic: 'a', properties: { color: 1 } })`, 'properties'],
    [`publish(null)`, 'a message must be an object'],
    [`publish({ topic: 'a', payload: Symbol() })`, 'payload'],
    [`publish({ topic: 'a', payload: 'x'.repeat(1000001) })`, 'longer than 1000000 bytes'],
    [`publish({ topic: 'a', payload: new Uint8Array(1000001) })`, 'longer than 1000000 bytes']
  ])('%s is an error in its line', (code, fault) => {
    const { fault: found, sent } = handle(`\n${code}`)
    expect(sent).toEqual([])
    expect(found).toMatchObject({ code: 'ERROR', stack: [{ line: 3 }] })
    expect(found!.message).toContain(fault)
  })

  test('writes lines with their level and number', () => {
    const { lines } = handle(`console.warn('a', 1, { b: [2] }, null)\n\nconsole.error(new Error('x'))`)
    expect(lines).toEqual([
      { level: 'warn', text: 'a 1 {"b":[2]} null', line: 2 },
      { level: 'error', text: 'Error: x', line: 4 }
    ])
  })

  test('raises notices', () => {
    expect(handle(`notice('hot: ' + message.topic)`).notices).toEqual(['hot: lamp/1/set'])
  })
})

describe('before a publish, a script', () => {
  test('changes the message, or returns another', () => {
    const { sent } = before(
      `function beforePublish(message) { message.payload = { ...message.json(), at: variables.room }; message.qos = 1 }`,
      message('{"on":true}'),
      { room: 'kitchen' }
    )
    expect(sent.map(({ payload, qos }) => [text(payload), qos])).toEqual([['{"on":true,"at":"kitchen"}', 1]])
    const other = before(`async function beforePublish() { return { topic: 'other', payload: 'x' } }`)
    expect(other.sent.map(({ topic }) => topic)).toEqual(['other'])
  })

  test('cancels it with a reason, even if it catches what cancel throws', () => {
    const { cancelled, fault } = before(`function beforePublish() { cancel('not on Sundays') }`)
    expect(cancelled).toBe('not on Sundays')
    expect(fault).not.toBeNull()
    expect(before(`function beforePublish() { try { cancel('no') } catch {} }`).cancelled).toBe('no')
  })

  test('cannot publish others', () => {
    expect(before(`function beforePublish() { publish({ topic: 'x' }) }`).fault!.message).toContain('return')
  })

  test('keeps the properties that it does not change', () => {
    const properties: PublishProperties = {
      ...({ payloadFormat: 'text', contentType: 'a/b', messageExpiry: 5, responseTopic: 'r' } as const),
      correlation: { as: 'base64', text: 'AP8=' },
      userProperties: [{ name: 'n', value: 'v' }],
      topicAlias: null
    }
    const { sent } = before(`function beforePublish() {}`, { ...message('x'), properties })
    expect(sent[0]!.properties).toEqual({ ...properties, correlation: { as: 'hex', text: '00ff' } })
  })
})

describe('there is nothing of Node or of a browser', () => {
  const names = ['process', 'require', 'module', 'exports', 'global', 'Buffer', 'fetch', 'XMLHttpRequest']
  const more = ['WebSocket', 'WebAssembly', 'setTimeout', 'setInterval', 'queueMicrotask', 'structuredClone']
  const last = [
    'std',
    'os',
    'scriptArgs',
    'Deno',
    'Bun',
    'window',
    'document',
    'navigator',
    'Worker',
    'performance'
  ]
  test.each([...names, ...more, ...last])('no %s', (name) => {
    expect(logged(`typeof ${name}`)).toBe('undefined')
  })

  test('what a function constructor makes is inside, too', () => {
    expect(logged(`globalThis.constructor.constructor('return typeof process + typeof require')()`)).toBe(
      'undefinedundefined'
    )
    for (const found of ['console.log', 'publish', 'message.json', 'notice'])
      expect(logged(`${found}.constructor('return typeof process')()`)).toBe('undefined')
    expect(logged(`(0, eval)('typeof process')`)).toBe('undefined')
  })

  test('nothing can be imported', () => {
    for (const name of ['node:fs', 'fs', './process.js', 'std', 'os', 'file:///etc/passwd'])
      expect(
        new Interpreter(quickJs, script(`function onMessage() { return import('${name}') }`)).start().fault
      ).toBeNull()
    const { fault } = handle(`return import('node:fs')`)
    expect(fault?.code).toBe('ERROR')
    expect(new Interpreter(quickJs, script(`import fs from 'node:fs'`)).start().fault?.code).toBe('ERROR')
  })

  test('an error that comes from outside has no way back', () => {
    const { lines } = handle(`try { publish({ topic: '' }) } catch (error) {
      console.log(error.constructor === TypeError, error.constructor.constructor('return typeof process')())
    }`)
    expect(lines[0]!.text).toBe('true undefined')
  })
})

describe('what a script returns is only data', () => {
  test('no prototype is reached by names in it', () => {
    const { sent } = handle(
      `const properties = JSON.parse('{"__proto__": {"polluted": 1}, "contentType": "a"}')
       publish({ topic: 'a', payload: JSON.parse('{"__proto__":{"polluted":1}}'), constructor: 1 })
       publish(JSON.parse('{"topic":"b","__proto__":{"polluted":1}}'))
       Object.prototype.polluted = 1
       publish({ topic: 'c', properties: { contentType: 'a' } })`
    )
    expect(sent.map(({ topic }) => topic)).toEqual(['a', 'b', 'c'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(Object.keys(sent[2]!).sort()).toEqual(['payload', 'properties', 'qos', 'retain', 'topic'])
  })

  test('getters and proxies run inside, once, and their errors are the script’s', () => {
    const { sent, lines } = handle(
      `let reads = 0
       publish({ get topic() { reads++; return 'got' } })
       publish(new Proxy({ topic: 'proxied' }, { get: (target, key) => (console.log(String(key)), target[key]) }))
       console.log(reads)`
    )
    expect(sent.map(({ topic }) => topic)).toEqual(['got', 'proxied'])
    expect(lines.at(-1)!.text).toBe('1')
    expect(handle(`publish({ get topic() { throw new Error('mine') } })`).fault!.message).toBe('Error: mine')
    expect(handle(`publish({ topic: 'a', payload: { toJSON() { while (true) {} } } })`).fault!.code).toBe(
      'TIME'
    )
  })

  test('a script that changes JSON, arrays and texts gets no further', () => {
    const { sent, fault } = handle(
      `JSON.stringify = () => '{"topic":"forged/#","qos":0,"retain":false,"properties":{}}'
       JSON.parse = () => ({}); Array.prototype.map = () => []; Array.prototype.join = () => 7
       String.prototype.toString = Object.prototype.valueOf = () => { throw 1 }
       globalThis.Uint8Array = globalThis.ArrayBuffer = globalThis.TypeError = undefined
       console.log('still', 'here')
       publish({ topic: 'fine' })
       Object.prototype.toJSON = () => ({ topic: 'forged/#', qos: 9 })
       publish({ topic: 'again' })`
    )
    expect(sent.map(({ topic }) => topic)).toEqual(['fine'])
    expect(fault!.code).toBe('ERROR')
    const cyclic = `const made = Reflect.construct; Reflect.construct = null; Object.assign = () => { throw 1 }; Promise = null`
    expect(handle(`${cyclic}; publish({ topic: 'x' })`).sent).toHaveLength(1)
  })

  test('what is thrown is described without trusting it', () => {
    expect(handle(`throw { get message() { throw 1 }, get stack() { throw 2 } }`).fault).toEqual({
      ...{ code: 'ERROR', message: '', stack: [] }
    })
    expect(handle(`throw { get message() { while (true) {} } }`).fault!.code).toBe('ERROR')
    expect(
      handle(`throw { message: 'x'.repeat(1e6), stack: ('at f (try.js:1:1)' + '\\n').repeat(1e5) }`).fault
    ).toEqual({
      ...{ code: 'ERROR', message: 'x'.repeat(2_000) },
      stack: Array(20).fill({ at: 'f', line: 1, column: 1 })
    })
    expect(handle(`throw null`).fault!.message).toBe('null')
    expect(handle(`throw Symbol('s')`).fault!.code).toBe('ERROR')
  })

  test('a huge value is refused, not copied', () => {
    expect(handle(`publish({ topic: 'a', payload: 'x'.repeat(2e7) })`).fault!.message).toContain('longer')
    expect(handle(`publish({ topic: 'x'.repeat(70000) })`).fault!.message).toContain('TOPIC_TOO_LONG')
    expect(handle(`publish({ topic: 'a', properties: { contentType: 'x'.repeat(2e6) } })`).fault!.code).toBe(
      'ERROR'
    )
    expect(handle(`notice('x'.repeat(1e6))`).notices[0]).toHaveLength(2_000)
  })
})

describe('limits', () => {
  test.each([
    ['an endless loop', `while (true) {}`],
    ['one that catches everything', `while (true) try { while (true) {} } catch {} finally { continue }`],
    ['endless promises', `const again = () => Promise.resolve().then(again); return again()`],
    ['an endless async function', `return (async () => { while (true) await null })()`],
    ['a regular expression that backtracks', `/^(a+)+$/.test('a'.repeat(50) + 'b')`],
    ['a sort that does not end', `[3, 1, 2].sort(() => { while (true) {} })`]
  ])('%s ends', (_name, body) => {
    expect(handle(body).fault!.code).toBe('TIME')
  })

  test('a loop tells its function', () => {
    const { fault } = handle(`const spin = () => {\n while (true) {} }\nspin()`)
    expect(fault!.stack.map(({ at }) => at)).toEqual(['spin', 'onMessage'])
  })

  test.each([
    ['arrays', `const all = []; for (;;) all.push(new Uint8Array(1e6))`],
    ['one buffer', `new Uint8Array(1e9)`],
    ['more than 64 MB', `new Uint8Array(7e7)`],
    ['a text that doubles', `let s = 'xy'; for (;;) s += s`],
    ['a long text', `'x'.repeat(2 ** 29)`],
    ['kept state', `for (let n = 0; ; n++) state[n] = 'x'.repeat(1e6) + n`]
  ])('memory: %s', (_name, body) => {
    expect(handle(body).fault!.code).toBe('MEMORY')
  })

  test('recursion ends with an error that can be caught', () => {
    expect(handle(`const f = () => f() + 1; f()`).fault!.code).toBe('STACK')
    expect(
      handle(`const f = () => f() + 1; try { f() } catch { publish({ topic: 'ok' }) }`).sent
    ).toHaveLength(1)
  })

  test('a flood of lines, messages or notices is cut off', () => {
    const flood = handle(`for (let n = 0; n < 2000; n++) console.log('x'.repeat(5000))`)
    expect([flood.lines.length, flood.dropped, flood.lines[0]!.text.length]).toEqual([100, 1_900, 2_000])
    const many = handle(`for (let n = 0; n < 5000; n++) publish({ topic: 'a' })`)
    expect([many.sent.length, many.fault!.code]).toEqual([100, 'ERROR'])
    expect(handle(`for (let n = 0; n < 5000; n++) notice('a')`).notices).toHaveLength(100)
  })
})
