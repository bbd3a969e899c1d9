import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { defaultProfile } from '../../shared/contract/profiles'
import type { Broker } from '../broker/core/broker'
import { setup } from '../broker/listeners/listen.fixture'
import { freePort, Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { ProfileStore } from '../profiles/profiles'
import { keyFileBox } from '../profiles/secrets'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { captureOutput, runWords } from './command.fixture'

vi.mock('../transfer/save-worker?modulePath', () => ({ default: 'worker' }))

const captured = captureOutput()

function fileWith(content: string): string {
  const path = join(temporaryFolder(), 'file')
  writeFileSync(path, content)
  return path
}

/** Our broker, its address, and the subscriptions of all its clients. */
async function ours(): Promise<{
  broker: Broker
  url: string
  subscribed: (count: number) => Promise<void>
}> {
  const { broker, listener } = await setup('tcp')
  return {
    broker,
    url: `mqtt://127.0.0.1:${listener.port}`,
    // The first command of a process loads its modules.
    subscribed: (count) =>
      vi.waitFor(
        () =>
          expect([...broker.clients()].flatMap(({ session }) => [...session.subscriptions()])).toHaveLength(
            count
          ),
        { timeout: 20_000 }
      )
  }
}

const jsonLines = (): Record<string, unknown>[] =>
  captured.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

describe('treetop pub and sub', () => {
  it('carries messages with a QoS for each filter, and ends after --count', async () => {
    const { broker, url, subscribed } = await ours()
    const heard = runWords([
      'sub',
      url,
      '-t',
      'plant/#',
      '-q',
      '2',
      '-t',
      'office/+',
      '-q',
      '0',
      '--count',
      '3'
    ])
    await subscribed(2)
    const granted = [...broker.clients()].flatMap(({ session }) =>
      [...session.subscriptions()].map(({ filter, options }) => [filter, options.qos])
    )
    expect(granted).toEqual([
      ['plant/#', 2],
      ['office/+', 0]
    ])
    expect(await runWords(['pub', url, '-t', 'plant/lamp', '-m', 'on', '-q', '2'])).toBe(0)
    expect(await runWords(['pub', url, '-t', 'office/door', '-f', fileWith('open')])).toBe(0)
    expect(await runWords(['pub', url, '-t', 'plant/bytes', '-m', '00ff', '--message-as', 'hex'])).toBe(0)
    expect(await heard).toBe(0)
    expect(captured.out).toBe('plant/lamp on\noffice/door open\nplant/bytes 00ff\n')
    expect(captured.said).toBe('')
  })

  it('carries every property of MQTT 5, and prints JSON', async () => {
    const { url, subscribed } = await ours()
    const heard = runWords(['sub', url, '-t', 'a', '-q', '1', '--identifier', '7', '--json', '--count', '2'])
    await subscribed(1)
    const properties = [
      ...['--content-type', 'text/plain', '--payload-format', 'text', '--expiry', '60'],
      ...['--response-topic', 'b', '--correlation', 'c0ffee', '--correlation-as', 'hex'],
      ...['--user-property', 'b=1', '--user-property', 'a=2=3', '--topic-alias', '3']
    ]
    expect(await runWords(['pub', url, '-t', 'a', '-m', 'grün', '-q', '1', ...properties])).toBe(0)
    expect(
      await runWords(['pub', url, '-t', 'a', '-m', 'wA==', '--message-as', 'base64', '--mqtt', '3.1.1'])
    ).toBe(0)
    expect(await heard).toBe(0)
    const [first, second] = jsonLines()
    expect(first).toMatchObject({
      topic: 'a',
      direction: 'in',
      qos: 1,
      retain: false,
      size: 5,
      encoding: 'utf8',
      payload: 'grün',
      properties: {
        contentType: 'text/plain',
        payloadFormatIndicator: true,
        responseTopic: 'b',
        correlationData: Buffer.from('c0ffee', 'hex').toString('base64'),
        userProperties: { b: '1', a: '2=3' },
        subscriptionIdentifier: 7
      }
    })
    expect(first!['receivedAt']).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
    expect(second).toMatchObject({ encoding: 'base64', payload: 'wA==', qos: 0 })
  })

  it('encodes JSON by a schema, and says what does not fit', async () => {
    const { url, subscribed } = await ours()
    const folder = temporaryFolder()
    const schema = join(folder, 'lamp.proto')
    writeFileSync(schema, 'syntax = "proto3"; message Lamp { bool on = 1; float level = 2; }')
    const heard = runWords(['sub', url, '-t', 'a', '--json', '--count', '2'])
    await subscribed(1)
    const proto = ['--encode', 'protobuf', '--schema', schema, '--message-type', 'Lamp']
    expect(await runWords(['pub', url, '-t', 'a', '-m', '{"on": true, "level": 0.5}', ...proto])).toBe(0)
    expect(await runWords(['pub', url, '-t', 'a', '-m', '[1, "a"]', '--encode', 'msgpack'])).toBe(0)
    expect(await heard).toBe(0)
    expect(
      jsonLines().map(({ payload, encoding }) =>
        Buffer.from(payload as string, encoding as 'utf8' | 'base64').toString('hex')
      )
    ).toEqual(['0801150000003f', '9201a161'])
    captured.said = ''
    expect(await runWords(['pub', url, '-t', 'a', '-m', '{"level": "high"}', ...proto])).toBe(2)
    expect(captured.said).toContain('The payload cannot be encoded. level: this must be of type float.')
  })

  it('publishes lines, repeats at an interval, and reports acknowledgements', async () => {
    const { url, broker, subscribed } = await ours()
    const heard = runWords(['sub', url, '-t', '#', '--payload-only', '--count', '8', '-q', '1'])
    await subscribed(1)
    const file = fileWith('one\ntwo\r\nthree')
    expect(await runWords(['pub', url, '-t', 'a', '-f', file, '--lines', '-q', '1'])).toBe(0)
    const started = performance.now()
    expect(
      await runWords(['pub', url, '-t', 'b', '-m', 'x', '--repeat', '5', '--interval', '0.02', '-r'])
    ).toBe(0)
    expect(performance.now() - started).toBeGreaterThanOrEqual(80)
    expect(await heard).toBe(0)
    expect(captured.out).toBe('one\ntwo\nthree\nx\nx\nx\nx\nx\n')
    expect(broker.retained.count).toBe(1)
    captured.out = ''
    expect(await runWords(['pub', url, '-t', 'b', '-m', '', '-r', '-q', '2', '--json'])).toBe(0)
    expect(jsonLines()).toMatchObject([{ topic: 'b', qos: 2, outcome: 'pubcomp', size: 0 }])
    expect(broker.retained.count).toBe(0)
  })

  it('has status 3 when --count is not reached in time, and 0 when there is none', async () => {
    const { url } = await ours()
    expect(await runWords(['sub', url, '-t', 'a', '--timeout', '0.2'])).toBe(0)
    expect(captured.said).toBe('')
    expect(await runWords(['sub', url, '-t', 'a', '--timeout', '0.2', '--count', '2'])).toBe(3)
    expect(captured.said).toBe('Only 0 messages of 2 arrived in time.\n')
  })

  it('says what the broker refuses', async () => {
    const { broker, url } = await ours()
    broker.hooks.add({ publish: () => 0x87, subscribe: () => 0x87 })
    expect(await runWords(['pub', url, '-t', 'a', '-m', 'x', '-q', '1'])).toBe(1)
    expect(captured.said).toBe('The broker refused the message with 0x87 (Not authorized).\n')
    captured.said = ''
    expect(await runWords(['sub', url, '-t', 'a/#'])).toBe(1)
    expect(captured.said).toMatch(
      /^The broker refused the subscription to "a\/#" with 0x87 \(Not authorized\)/
    )
    captured.said = ''
    expect(await runWords(['pub', `mqtt://127.0.0.1:${await freePort()}`, '-t', 'a', '-m', 'x'])).toBe(1)
    expect(captured.said).toContain('cannot be reached: connect ECONNREFUSED')
  })

  it('ends when the connection is lost, and connects again with --reconnect', async () => {
    const { broker, url, subscribed } = await ours()
    const lost = runWords(['sub', url, '-t', 'a', '-i', 'lost'])
    const kept = runWords(['sub', url, '-t', 'b', '-i', 'kept', '--reconnect', '--count', '1'])
    await subscribed(2)
    broker.kick('lost')
    expect(await lost).toBe(1)
    expect(captured.said).toContain(
      `${url} ended the connection with DISCONNECT 0x98 (Administrative action)`
    )
    broker.kick('kept')
    await vi.waitFor(() => expect(captured.said).toContain(`Connected to ${url} again.`))
    expect(await runWords(['pub', url, '-t', 'b', '-m', 'x'])).toBe(0)
    expect(await kept).toBe(0)
  })

  it('ends cleanly when it is interrupted', async () => {
    const { broker, url, subscribed } = await ours()
    const before = process.listenerCount('SIGINT')
    const running = [
      runWords(['sub', url, '-t', 'a']),
      runWords(['sub', url, '-t', 'a', '--count', '100000000']),
      runWords(['pub', url, '-t', 'a', '-m', 'x', '--repeat', '0', '--interval', '0.01'])
    ]
    await subscribed(2)
    await vi.waitFor(() => expect(captured.out).toContain('a x'))
    process.emit('SIGINT')
    expect(await Promise.all(running)).toEqual([0, 130, 130])
    expect(process.listenerCount('SIGINT')).toBe(before)
    await vi.waitFor(() => expect(broker.clientCount).toBe(0))
  })

  it.skipIf(!mosquittoInstalled)('signs in with a profile, whose own client stays connected', async () => {
    const mosquitto = new Mosquitto()
    onTestFinished(() => mosquitto.remove())
    await mosquitto.start(['allow_anonymous false', mosquitto.withPassword('anna', 'sesame-7')])
    const directory = temporaryFolder()
    const store = new ProfileStore(directory, keyFileBox(directory))
    const draft = {
      ...defaultProfile('of-the-app'),
      ...{ name: 'Plant', host: '127.0.0.1', port: mosquitto.port, username: 'anna' },
      decoders: [{ filter: 'json/#', decoder: { format: 'json' as const } }]
    }
    await store.save({ draft, secrets: { password: 'sesame-7' } })
    const context = {
      secretBox: (at: string) => Promise.resolve(keyFileBox(at)),
      defaultDataDirectory: directory
    }
    const words = ['--profile', 'Plant', '-t', 'json/a', '-r', '-q', '1', '-m', '{"a":1}']
    expect(await runWords(['pub', ...words], context)).toBe(0)
    const heard = ['sub', '--profile', 'Plant', '-t', '#', '-W', '5', '--count', '1', '--json']
    expect(await runWords(heard, context)).toBe(0)
    expect(jsonLines()).toMatchObject([{ topic: 'json/a', retain: true, decoded: { a: 1 } }])
    expect(captured.said).toBe('')
    expect(await runWords(['pub', ...words], { ...context, secretBox: () => Promise.resolve(null) })).toBe(1)
    expect(captured.said).toContain('The secrets of "Plant" were stored by another kind of Treetop')
    const url = `mqtt://anna@127.0.0.1:${mosquitto.port}`
    const environment = { TREETOP_MQTT_PASSWORD: 'sesame-7' }
    expect(await runWords(['pub', url, '-t', 'a', '-m', 'x'], { environment })).toBe(0)
    expect(await runWords(['pub', url, '-t', 'a', '-m', 'x', '--password-file', fileWith('wrong-8\n')])).toBe(
      1
    )
    expect(captured.said).toContain('refused the connection with CONNACK 0x87 (Not authorized).')
    expect(captured.out + captured.said).not.toMatch(/sesame-7|wrong-8/)
  })

  it.skipIf(!mosquittoInstalled)('has variables of an environment in a profile', async () => {
    const mosquitto = new Mosquitto()
    onTestFinished(() => mosquitto.remove())
    await mosquitto.start(['allow_anonymous false', mosquitto.withPassword('anna', 'sesame-7')])
    const directory = temporaryFolder()
    const draft = {
      ...defaultProfile('of-the-app'),
      ...{ name: 'Plant', host: '{{host}}', port: mosquitto.port, username: '{{user}}' }
    }
    const store = new ProfileStore(directory, keyFileBox(directory))
    await store.save({ draft, secrets: { password: '{{$env KEY}}' } })
    mkdirSync(join(directory, 'collections'))
    writeFileSync(
      join(directory, 'collections', 'collection.yaml'),
      'variables: { host: 127.0.0.1 }\nenvironments: { Lab: { user: anna }, Field: { user: tom } }'
    )
    const context = {
      secretBox: (at: string) => Promise.resolve(keyFileBox(at)),
      defaultDataDirectory: directory,
      environment: { KEY: 'sesame-7' }
    }
    const words = ['pub', '--profile', 'Plant', '-t', 'a', '-m', 'x']
    expect(await runWords([...words, '--env', 'Lab'], context)).toBe(0)
    expect(captured.said).toBe('')
    expect(await runWords(words, context)).toBe(1)
    expect(captured.said).toContain('Plant, username: There is no variable “user”.')
    // The environment that is active in Treetop.
    writeFileSync(join(directory, 'collections.json'), '{"directories":[],"environment":"Lab"}')
    expect(await runWords(words, context)).toBe(0)
    expect(await runWords([...words, '--env', 'Field'], context)).toBe(1)
    expect(captured.said).toContain('Not authorized')
    expect(await runWords([...words, '--env', 'Field', '--username', 'anna'], context)).toBe(0)
    expect(await runWords([...words, '--env', 'Office'], context)).toBe(2)
    expect(captured.said).toContain('There is no environment "Office"')
  })

  it.each<[string[], string]>([
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '--env', 'Lab'], '--env needs --profile.'],
    [['pub'], 'Give a broker address, such as mqtt://host:1883, or a profile with --profile NAME.'],
    [['pub', 'mqtt://h', '--profile', 'P'], 'Give a broker address'],
    [['pub', 'mqtt://h', 'mqtt://anna:sesame@h'], 'Unexpected argument "mqtt:…". See treetop pub --help.'],
    [['pub', 'mqtt://h/a', '-m', 'x'], 'Leave out the topic behind the host'],
    [['pub', 'mqtt://h', '-m', 'x'], 'Give the topic with --topic TOPIC.'],
    [
      ['pub', 'mqtt://h', '-t', 'a/#', '-m', 'x'],
      'The topic "a/#" is not valid: + and # are for topic filters.'
    ],
    [['pub', 'mqtt://h', '-t', 'a'], 'Give one payload'],
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '--stdin'], 'Give one payload'],
    [
      ['pub', 'mqtt://h', '-t', 'a', '-m', '{}', '--encode', 'avro'],
      '--encode avro needs a schema: --schema FILE.'
    ],
    [
      ['pub', 'mqtt://h', '-t', 'a', '-m', '{}', '--schema', 'a.avsc'],
      '--schema and --message-type need --encode.'
    ],
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '-q', '3'], '--qos takes 0, 1 or 2, not "3".'],
    [
      ['pub', 'mqtt://h', '-t', 'a', '-m', 'zz', '--message-as', 'hex'],
      '--message is not pairs of hex digits.'
    ],
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '--lines'], '--lines is for --file and --stdin.'],
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '-V', '3.1.1', '--expiry', '1'], 'need MQTT 5'],
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '--user-property', 'a'], '--user-property takes NAME=VALUE'],
    [
      ['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '--topic-alias', '0'],
      '--topic-alias takes a whole number from 1'
    ],
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '--interval', 'x'], '--interval takes seconds'],
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '--keep-session'], '--keep-session needs --client-id'],
    [['pub', 'mqtt://h', '-t', 'a', '-m', 'x', '--key', '/nowhere'], '--key needs --cert'],
    [
      ['pub', '--profile', 'P', '-t', 'a', '-m', 'x'],
      'There are no profiles in /nowhere. Is --data-dir right?'
    ],
    [['sub', 'mqtt://h'], 'Give at least one topic filter'],
    [['sub', 'mqtt://h', '-t', 'a/#/b'], 'The topic filter "a/#/b" is not valid: # must be its last level.'],
    [['sub', 'mqtt://h', '-t', 'a', '-t', 'b', '-t', 'c', '-q', '0', '-q', '1'], 'there are 3 filters'],
    [
      ['sub', 'mqtt://h', '-t', '$share/g/a', '--no-local'],
      '--no-local cannot be used with a shared subscription.'
    ],
    [['sub', 'mqtt://h', '-t', 'a', '--no-local', '-V', '3.1.1'], 'need MQTT 5'],
    [['sub', 'mqtt://h', '-t', 'a', '--json', '-p'], 'Give only one of --json and --payload-only.'],
    [['sub', 'mqtt://h', '-t', 'a', '--password', 'x'], "Unknown option '--password'."]
  ])('answers %j with a sentence and status 2', async (argv, sentence) => {
    expect(await runWords(argv)).toBe(2)
    expect(captured.said).toContain(sentence)
    expect(captured.out).toBe('')
    expect(captured.said).not.toContain('sesame')
  })
})
