import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { ExpectedMessage, NewCheck } from '../../../shared/contract/new-checks'
import { CollectionFolder } from '../collections/collection-folder'
import { folderOf } from './checks.fixture'
import { NewChecks } from './new-checks'

vi.mock('../../broker/worker?modulePath', () => ({ default: 'worker' }))

const bytes = (text: string): Uint8Array => Buffer.from(text)

const seen = (payload: Uint8Array, changes: Partial<ExpectedMessage> = {}): ExpectedMessage => ({
  topic: 'home/lamp',
  payload,
  size: payload.length,
  qos: 2,
  retain: false,
  properties: null,
  ...changes
})

/** A collection with files, and what makes checks in it. */
async function collection(
  files: Record<string, string> = {},
  hidden: { folder?: string; environment?: string | null; name: string; value: string }[] = []
) {
  const { directory, run } = folderOf(files)
  const folder = new CollectionFolder('c', directory, true)
  await folder.read()
  const made = new NewChecks({
    folders: () => [folder],
    change: (_, work) => work(folder),
    environment: () => null,
    hidden: () => hidden.map((each) => ({ folder: directory, environment: null, ...each }))
  }).calls()
  const wanted = (
    source: ExpectedMessage | string,
    { match, ...changes }: Partial<Omit<NewCheck, 'match'>> & { match?: Partial<NewCheck['match']> } = {}
  ): NewCheck => ({
    ...{ collection: 'c', file: null, name: 'the lamp is on', broker: 'local', publishes: false, within: 2 },
    source:
      typeof source === 'string' ? { kind: 'request', path: source } : { kind: 'message', message: source },
    match: { payload: null, qos: false, retain: false, properties: true, ...match },
    ...changes
  })
  return {
    directory,
    run,
    wanted,
    preview: async (...of: Parameters<typeof wanted>) => made['checks.preview'](wanted(...of)),
    create: async (...of: Parameters<typeof wanted>) => made['checks.create'](wanted(...of)),
    read: (path: string) => readFileSync(join(directory, path), 'utf8'),
    write(path: string, text: string) {
      mkdirSync(dirname(join(directory, path)), { recursive: true })
      writeFileSync(join(directory, path), text)
    }
  }
}

const refused = (fault: string): unknown =>
  expect.objectContaining({ details: { issues: [expect.objectContaining({ fault })] } })

describe('a check that is made of a message', () => {
  it('is written as a person would write it, into a file of its name', async () => {
    const { create, read, preview } = await collection()
    const message = seen(bytes('{"on":true,"level":3}'))
    const { text, path } = await preview(message)
    expect(await create(message)).toEqual({ path })
    expect(path).toBe('the-lamp-is-on.test.yaml')
    expect(read(path)).toBe(text)
    expect(text).toBe(
      [
        'broker: local',
        'checks:',
        '  - name: the lamp is on',
        '    steps:',
        '      - expect: { topic: home/lamp, json: { on: true, level: 3 }, within: 2s }',
        ''
      ].join('\n')
    )
  })

  it('never replaces a file', async () => {
    const { create } = await collection({ 'the-lamp-is-on.test.yaml': 'steps: []\n' })
    expect(await create(seen(bytes('on')))).toEqual({ path: 'the-lamp-is-on-2.test.yaml' })
  })

  it.each([
    ['JSON', bytes('{"on":true,"deep":{"list":[1,"{{two}}",null]}}')],
    ['JSON that would be taken for operators', bytes('{"type":"Point","length":4}')],
    ['JSON with blanks', bytes('{ "on": true }')],
    ['a number', bytes('21.0')],
    ['text with braces and a backslash', bytes('a {{b}} \\{{c}} "d"\n  e: f\n')],
    ['nothing', bytes('')],
    ['bytes', Uint8Array.from([0, 255, 128, 7])],
    ['many bytes', Uint8Array.from({ length: 300 }, (_, index) => index)]
  ])('that publishes and expects %s passes, compared in every way that is offered', async (_, payload) => {
    const made = await collection()
    const { offers } = await made.preview(seen(payload))
    for (const offer of offers)
      await made.create(
        seen(payload, {
          topic: 'home/{{lamp}}',
          retain: true,
          properties: {
            payloadFormatIndicator: false,
            contentType: 'a {{b}}',
            messageExpiryInterval: 60,
            responseTopic: 'answers',
            correlationData: 'AP8=',
            userProperties: { unit: ['C', '{{K}}'] }
          }
        }),
        { name: `by ${offer}`, publishes: true, match: { payload: offer, qos: true, retain: true } }
      )
    const { files, status } = await made.run()
    expect(files.flatMap(({ checks }) => checks.map(({ failure }) => failure?.sentence ?? null))).toEqual(
      offers.map(() => null)
    )
    expect(status).toBe(0)
  })

  it('fails when another message comes', async () => {
    const { create, run, read, write } = await collection()
    const { path } = await create(seen(bytes('{"on":true}')), { publishes: true })
    write(path, read(path).replace('payload: { on: true }', 'payload: { on: false }'))
    expect((await run()).status).toBe(1)
  })

  it('subscribes at the QoS at which the message was seen', async () => {
    const { preview } = await collection()
    const { text } = await preview(seen(bytes('on'), { qos: 1, retain: true }), {
      within: 0.5,
      match: { qos: true, retain: true }
    })
    expect(text).toContain(
      [
        '      - subscribe: { filter: home/lamp, qos: 1 }',
        '      - expect: { topic: home/lamp, payload: on, qos: 1, retain: true, within: 500ms }'
      ].join('\n')
    )
  })

  it('may take as long as it waits', async () => {
    const { preview } = await collection()
    expect((await preview(seen(bytes('on')), { within: 300 })).text).toContain('timeout: 310s')
  })

  it('expects the size of a payload that is too large to be written', async () => {
    const { preview } = await collection()
    const { offers, text } = await preview(seen(bytes(''), { payload: null, size: 2_000_000 }))
    expect(offers).toEqual(['size', 'none'])
    expect(text).toContain('size: 2000000')
  })
})

const FILE = `# Lamps of the house.
name: Lamps
broker: plant # the real one

checks:
- name: first # stays
  steps:
  - wait: 1ms

- name: second
  steps:
  - wait: 1ms
# The end.
`

describe('a check that is appended', () => {
  it('leaves everything as it is written', async () => {
    const { create, preview, read } = await collection({ 'lamp.test.yaml': FILE })
    const options = { file: 'lamp.test.yaml', broker: 'other' }
    expect((await preview(seen(bytes('on')), options)).text).toBe(
      [
        '- name: the lamp is on',
        '  steps:',
        '    - expect: { topic: home/lamp, payload: on, within: 2s }',
        ''
      ].join('\n')
    )
    await create(seen(bytes('on')), options)
    expect(read('lamp.test.yaml')).toBe(
      FILE.replace(
        '# The end.',
        [
          '',
          '- name: the lamp is on',
          '  steps:',
          '  - expect: { topic: home/lamp, payload: on, within: 2s }',
          '',
          '# The end.'
        ].join('\n')
      )
    )
  })

  it('is refused where it would be lost, and leaves the file alone', async () => {
    const files = {
      'bad.test.yaml': 'checks: [',
      'lamp.test.yaml': FILE,
      'odd.test.yaml': 'steps: [{ jump: 1 }]'
    }
    const { create, read } = await collection(files)
    const message = seen(bytes('on'))
    for (const file of ['bad.test.yaml', 'odd.test.yaml'])
      await expect(create(message, { file })).rejects.toEqual(refused('FILE_FAULTY'))
    await expect(create(message, { file: 'lamp.test.yaml', name: 'second' })).rejects.toEqual(
      refused('CHECK_NAME_TAKEN')
    )
    await expect(create(message, { file: 'gone.test.yaml' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(create(message, { file: '../x.test.yaml' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(create(message, { file: 'lamp.yaml' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    for (const [name, text] of Object.entries(files)) expect(read(name)).toBe(text)
  })

  it('joins a file with steps of its own', async () => {
    const { create, run } = await collection({ 'one.test.yaml': 'steps:\n  - wait: 1ms\n' })
    await create(seen(bytes('on')), { file: 'one.test.yaml', publishes: true })
    const { files, status } = await run()
    expect([status, files[0]!.checks.length]).toEqual([0, 2])
  })
})

describe('a secret', () => {
  const payload = bytes('{"key":"sesame","text":"Bearer sesame"}')

  it('is written as its variable', async () => {
    const { preview } = await collection({}, [{ name: 'password', value: 'sesame' }])
    const { text } = await preview(seen(payload), { publishes: true })
    expect(text).not.toContain('sesame')
    expect(text).toContain('json: { key: "{{password}}", text: "Bearer {{password}}" }')
  })

  it('is refused where no variable can stand for it', async () => {
    const own = await collection({}, [{ name: 'password', value: 'sesame' }])
    const other = await collection({}, [{ name: 'password', value: 'sesame', folder: '/elsewhere' }])
    const fault = refused('CHECK_SECRET')
    await expect(other.preview(seen(payload))).rejects.toEqual(fault)
    await expect(own.preview(seen(bytes('{"sesame":1}')))).rejects.toEqual(fault)
    await expect(own.preview(seen(Buffer.from('\xffsesame', 'latin1')))).rejects.toEqual(fault)
    await expect(own.preview(seen(payload), { name: 'sesame' })).rejects.toEqual(fault)
    // What is not compared is not written.
    const { text } = await other.preview(seen(payload), { match: { payload: 'none' } })
    expect(text).not.toContain('sesame')
  })
})

describe('a check of a saved message', () => {
  const files = {
    'collection.yaml': 'variables: { room: kitchen, level: "3" }\n',
    'lamps/on.yaml':
      'topic: home/{{room}}/{{$counter}}\npayload: \'{"level": "{{level}}"}\'\nqos: 1\nretain: true\nproperties: { contentType: json, messageExpiry: 60 }\n',
    'lamps/some.yaml': 'topic: home\npayload: "{{$uuid}}"\nscript: x.script.js\n'
  }

  it('publishes the file and expects what arrives, with the same variables', async () => {
    const { create, read, run } = await collection(files)
    const { path } = await create('lamps/on.yaml', { match: { qos: true, retain: true } })
    expect(path).toBe('lamps/the-lamp-is-on.test.yaml')
    expect(read(path)).toContain('publish: { request: on.yaml }')
    expect(read(path)).toContain('topic: home/{{room}}/+')
    const { status, files: ran } = await run()
    expect(ran.flatMap(({ checks }) => checks.flatMap(({ failure }) => failure?.sentence ?? []))).toEqual([])
    expect(status).toBe(0)
  })

  it('does not expect what generators make, nor runs a script', async () => {
    const { preview } = await collection(files)
    expect(await preview('lamps/some.yaml')).toMatchObject({
      offers: ['none'],
      notes: ['script', 'generators']
    })
  })

  it('is in a file beside or above the message', async () => {
    const { create } = await collection({ ...files, 'other/a.test.yaml': FILE, 'a.test.yaml': FILE })
    await expect(create('lamps/on.yaml', { file: 'other/a.test.yaml' })).rejects.toMatchObject({
      code: 'NOT_FOUND'
    })
    await expect(create('lamps/on.yaml', { file: 'a.test.yaml' })).resolves.toEqual({ path: 'a.test.yaml' })
  })
})
