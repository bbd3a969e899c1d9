import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { XMLParser } from 'fast-xml-parser'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { defaultProfile } from '../../shared/contract/profiles'
import { spawnBroker } from '../broker/threadless.fixture'
import { openForReading } from '../history/schema'
import { ProfileStore } from '../profiles/profiles'
import { failureOf, folderOf } from '../automation/checks/checks.fixture'
import { startLocalBroker } from '../automation/checks/local-broker'

vi.mock('../broker/worker?modulePath', () => ({ default: 'worker' }))

const good = 'steps: [{ publish: { topic: t, payload: x } }, { expect: { topic: t, payload: x } }]'
const bad = 'steps: [{ publish: { topic: t, payload: x } }, { expect: { topic: t, payload: y, within: 1s } }]'

describe('treetop test', () => {
  it('runs what it is given, prints what failed with the messages and packets of the step, and ends with 0, 1 or 2', async () => {
    const folder = folderOf({
      'good.test.yaml': good,
      'deep/bad.test.yaml': bad,
      '_part.test.yaml': '?',
      'other.yaml': '?'
    })
    expect(await folder.test(['good.test.yaml'])).toMatchObject({ status: 0, errors: '' })
    const { status, output } = await folder.test(['.'])
    expect(status).toBe(1)
    expect(output).toMatch(
      /deep\/bad\.test\.yaml:1 {2}expect t\n +Expected a message on t within 1 s, but none came that fits\.\n +t: payload: expected "y", but it is "x"/
    )
    expect(output).toContain('client < t  QoS 0  x')
    expect(output).toMatch(/client {2}\S+Z {2}< {2}PUBLISH {6}QoS 0 {2}"t"/)
    expect(output).toMatch(/1 failed, 1 passed in/)
    for (const [args, sentence] of [
      [[], 'Name a folder or a file with checks.'],
      [['nowhere'], 'There is no file or folder nowhere.'],
      [['deep', '--reporter', 'html'], 'There is no reporter "html".'],
      [['--nope', '.'], "Unknown option '--nope'"],
      [['.', '--repeat', '0'], '--repeat takes a whole number from 1 to 10000.'],
      [['.', '--env', 'Lab'], 'There is no environment "Lab".'],
      [['good.test.yaml', '--filter', 'nothing'], 'No check fits the filter "nothing".']
    ] as const) {
      const { status, errors } = await folder.test([...args])
      expect(errors).toContain(sentence)
      expect(status).toBe(2)
    }
  })

  it('writes JUnit XML that says the same, whatever the names are', async () => {
    const folder = folderOf({
      'a.test.yaml': `name: 'a < "b" & c\u0007'\nchecks:\n  - name: "]]> \\x01 \\" &amp;"\n    ${bad}`
    })
    const { status, output } = await folder.test(['.', '--reporter', 'junit'])
    expect(status).toBe(1)
    const { testsuites } = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' }).parse(output)
    expect(testsuites).toMatchObject({ tests: '1', failures: '1' })
    expect(testsuites.testsuite.testcase).toMatchObject({
      name: ']]> \ufffd " &amp;',
      classname: 'a.test.yaml'
    })
    expect(testsuites.testsuite.testcase.failure.message).toContain('Expected a message on t')
    expect((await folder.test(['.', '--reporter', 'pretty,junit:out/j.xml,json'])).output).toContain(
      '1 failed'
    )
    expect(readFileSync(join(folder.directory, 'out/j.xml'), 'utf8')).toContain('<testsuites')
    expect(JSON.parse(readFileSync(join(folder.directory, 'treetop-report.json'), 'utf8'))).toMatchObject({
      interrupted: false
    })
  })

  it('writes a recording of what the clients of a failed check got', async () => {
    const folder = folderOf({ 'a.test.yaml': `name: Lamp\n${bad}` })
    const { files } = await folder.run(['.', '--artifacts', 'out'])
    const { recording } = files[0]!.checks[0]!.failure!
    expect(readdirSync(join(folder.directory, 'out'))).toEqual(['Lamp-Lamp.treetop'])
    const database = openForReading(recording!)
    expect(database.prepare('SELECT count(*) FROM message').pluck().get()).toBe(1)
    database.close()
  })

  it('filters by name and tag, repeats with a fresh broker, and stops at the first failure', async () => {
    const retained = '{ publish: { topic: t, payload: x, retain: true, qos: 1 } }'
    const folder = folderOf({
      'a.test.yaml': [
        'checks:',
        `  - { name: nothing is retained, tags: [fresh], steps: [{ subscribe: t }, { expect: { topic: t, none: true, within: 50ms } }, ${retained}] }`,
        `  - { name: fails, ${bad} }`,
        `  - { name: last, ${good} }`
      ].join('\n')
    })
    const names = async (...args: string[]) =>
      (await folder.run(['.', ...args])).files.flatMap(({ checks }) =>
        checks.map(({ name, status }) => `${name}: ${status}`)
      )
    expect(await names('--filter', '@fresh', '--repeat', '2')).toEqual([
      'nothing is retained (1 of 2): passed',
      'nothing is retained (2 of 2): passed'
    ])
    expect(await names('--filter', 'LAST')).toEqual(['last: passed'])
    expect(await names('--bail')).toEqual(['nothing is retained: passed', 'fails: failed', 'last: skipped'])
  })

  it('takes variables from the collection, its environment, the file, a row, the command line and captures', async () => {
    const folder = folderOf({
      'collection.yaml':
        'variables: { a: 1, b: 1, c: 1, d: 1, key: { env: KEY } }\nenvironments: { Lab: { b: 2 } }',
      'rows.csv': 'd,e\n4,5\n6,7\n',
      'lamp.yaml': 'topic: "lamp/{{a}}"\npayload: "{{key}}"\nqos: 1',
      'x/a.test.yaml': [
        'variables: { c: 3, id: "{{$uuid}}" }',
        'checks:',
        '  - name: all',
        '    data: [{ d: 4, e: 5 }, { d: 6, e: 7 }]',
        '    steps:',
        '      - publish: { topic: "t/{{id}}", payload: "{{a}}{{b}}{{c}}{{d}}{{e}}{{f}}" }',
        '      - expect: { topic: "t/{{id}}", payload: { matches: "^123(45|67)8$" } }'
      ].join('\n'),
      'b.test.yaml': [
        'checks:',
        '  - name: rows of a file and a saved message',
        '    data: rows.csv',
        '    steps:',
        '      - publish: { request: lamp.yaml, retain: true }',
        '      - expect: { topic: lamp/1, payload: secret, qos: 1, capture: { got: payload } }',
        '      - publish: { topic: "{{got}}/{{d}}" }',
        '      - expect: { topic: "secret/{{d}}", payload: wrong, within: 1s }'
      ].join('\n')
    })
    const environment = { KEY: 'secret' }
    expect(await folder.test(['x', '--env', 'Lab', '--variable', 'f=8'], { environment })).toMatchObject({
      status: 0
    })
    const { output } = await folder.test(['b.test.yaml'], { environment })
    expect(output).toContain('rows of a file and a saved message [1: d=4, e=5]')
    expect(output).toContain('••••••/4: payload: expected "wrong", but it is ""')
    expect(output.replaceAll('secret/{{d}}', '')).not.toContain('secret')
  })

  it('runs setup and teardown around each check, and other files as steps', async () => {
    const folder = folderOf({
      '_login.test.yaml':
        'steps: [{ publish: { topic: login, payload: "{{who}}" } }, { expect: { as: watcher, topic: login, capture: { session: payload } } }]',
      'a.test.yaml': [
        'setup: [{ subscribe: { as: watcher, filter: "#" } }]',
        'teardown: [{ publish: { topic: bye, payload: x, retain: true, qos: 1 } }]',
        'checks:',
        '  - name: first',
        '    steps:',
        '      - run: { file: _login.test.yaml, with: { who: anna } }',
        '      - publish: { topic: "s/{{session}}" }',
        '      - expect: { as: watcher, topic: s/anna }',
        '      - expect: { topic: never, within: 20ms }',
        '  - name: second',
        '    steps: [{ expect: { as: watcher, topic: bye, retain: true, within: 1s } }]'
      ].join('\n'),
      'b.test.yaml': 'steps: [{ run: _none.test.yaml }]'
    })
    const { files } = await folder.run()
    expect(files[0]!.checks).toMatchObject([{ status: 'failed', failure: { line: 9 } }, { status: 'passed' }])
    expect(files[1]!.problems.map(({ sentence }) => sentence)).toEqual([
      '"run" names a file that cannot be used.',
      'There is no such file.'
    ])
  })

  it('runs against the broker of a profile, by its name', async () => {
    const { port, stop } = await startLocalBroker({}, spawnBroker, '1')
    onTestFinished(stop)
    const folder = folderOf({ 'a.test.yaml': `broker: Plant\n${good}` })
    const data = join(folder.directory, 'data')
    mkdirSync(data)
    const store = new ProfileStore(data, null)
    await store.load()
    await store.save({
      draft: { ...defaultProfile(''), name: 'Plant', host: '127.0.0.1', port },
      secrets: {}
    })
    expect(failureOf(await folder.run())).toBe('')
    await stop()
    expect(failureOf(await folder.run())).toContain('ECONNREFUSED')
  })

  it('resolves the variables of a profile in the environment that it is given', async () => {
    const { port, stop } = await startLocalBroker({}, spawnBroker, '1')
    onTestFinished(stop)
    const data = 'data/collections/collection.yaml'
    const folder = folderOf({
      'collection.yaml': 'environments: { Lab: {}, Bench: {} }',
      'a.test.yaml': `broker: Plant\n${good}`,
      [data]:
        'environments: { Lab: { host: 127.0.0.1 }, Roof: { host: 127.0.0.1 }, Field: { host: "127.0.0.1/a" } }',
      // What is active in Treetop.
      'data/collections.json': '{"directories":[],"environment":"Field"}'
    })
    const store = new ProfileStore(join(folder.directory, 'data'), null)
    await store.load()
    await store.save({ draft: { ...defaultProfile(''), name: 'Plant', host: '{{host}}', port }, secrets: {} })
    const failure = async (...args: string[]) => failureOf(await folder.run(['a.test.yaml', ...args]))
    expect(await failure('--env', 'Lab')).toBe('')
    // The collection of the checks does not have it.
    expect(await failure('--env', 'Roof')).toBe('')
    expect(await failure()).toContain('What its variables stand for cannot be used here')
    // That of the profiles does not: no other environment stands in for it.
    expect(await failure('--env', 'Bench')).toContain('host: There is no variable “host”.')
    const { status, errors } = await folder.test(['.', '--env', 'Cellar'])
    expect({ status, errors }).toMatchObject({ status: 2 })
    expect(errors).toMatch(/There is no environment "Cellar"\. Environments: Lab, Roof, Field, Bench\./)
  })

  it('calls an API and uses what it answers', async () => {
    const server = createHttpServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        response.setHeader('x-kind', 'lamp')
        response.statusCode = request.url === '/none' ? 404 : 200
        response.end(JSON.stringify({ got: JSON.parse(body || '0'), method: request.method }))
      })
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const http = (step: string) =>
      folderOf({
        'a.test.yaml': `steps:\n  - http: ${step}\n  - publish: { topic: "t/{{id}}" }\n  - expect: { topic: t/7 }`
      })
    const right = `{ url: "${url}", json: { id: 7 }, expect: { status: 200, json: { method: POST }, headers: { x-kind: lamp } }, capture: { id: $.got.id } }`
    expect(failureOf(await http(right).run())).toBe('')
    expect(failureOf(await http(right.replace('POST', 'PUT')).run())).toContain(
      'method: expected "PUT", but it is "POST"'
    )
    expect(failureOf(await http(`{ url: "${url}/none", capture: { id: $.got } }`).run())).toContain(
      'the status is 404'
    )
    expect(failureOf(await http('{ url: "http://127.0.0.1:1", capture: { id: $.a } }').run())).toContain(
      'cannot be reached'
    )
  })
})

describe('a run always ends with a report', () => {
  it('when the broker cannot be reached, never answers, or is not one', async () => {
    const folder = folderOf({ 'a.test.yaml': good, 'b.test.yaml': `broker: nobody\n${good}` })
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    onTestFinished(() => void silent.close())
    expect(failureOf(await folder.run(['a.test.yaml', '--broker', 'mqtt://127.0.0.1:1']))).toContain(
      '"client" could not connect: connect ECONNREFUSED'
    )
    expect(
      failureOf(
        await folder.run([
          'a.test.yaml',
          '--broker',
          `mqtt://127.0.0.1:${(silent.address() as AddressInfo).port}`
        ])
      )
    ).toContain('the broker did not answer within 10 s')
    const { status, ...rest } = await folder.run(['b.test.yaml'])
    expect(failureOf(rest)).toContain('There is no profile "nobody".')
    expect(status).toBe(2)
  })

  it('when a check takes too long, and then its teardown runs', async () => {
    const folder = folderOf({
      'a.test.yaml':
        'checks: [{ name: slow, timeout: 100ms, steps: [{ wait: 10m }], teardown: [{ publish: { topic: t } }] }]'
    })
    expect(failureOf(await folder.run())).toBe('The check took longer than 100 ms.')
  })

  it('when it is interrupted: what had run, and what had not', async () => {
    const folder = folderOf({
      'a.test.yaml': `checks: [{ name: quick, ${good} }, { name: endless, steps: [{ wait: 10m }] }, { name: never, ${good} }]`
    })
    const controller = new AbortController()
    const timer = setTimeout(() => controller.abort(new Error('interrupted')), 5_000)
    const { status, output } = await folder.test(['.'], { interrupted: controller.signal })
    clearTimeout(timer)
    expect(output).toMatch(/✓ quick.*\n.*- endless.*\n.*- never/)
    expect(output).toContain('The run was interrupted.')
    expect(status).toBe(1)
  })
})
