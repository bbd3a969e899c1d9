import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openAccess, type AccessRule, type StoredAccess } from '../../../shared/contract/access'
import { defaultBrokerLimits } from '../../../shared/contract/broker'
import { goesOn, type Job } from '../../../shared/contract/jobs'
import type { ServerKind } from '../../../shared/contract/left-behind'
import { hashPassword } from '../../broker/access/password'
import { BrokerService } from '../../broker/broker-service'
import { makeCertificate } from '../../broker/certificate'
import { pipePath } from '../../broker/pipe-path'
import type { RetainedPage } from '../../broker/retained-pages'
import { spawnBroker } from '../../broker/threadless.fixture'
import { temporaryFolder } from '../../history/fixture'
import { Jobs } from '../../jobs/jobs'
import { freePort, mosquittoInstalled } from '../../mqtt/mosquitto.fixture'
import { Outgrow } from './outgrow'
import type { ServerInput } from './server'

vi.mock('../../broker/worker?modulePath', () => ({ default: 'broker' }))

const WITHIN = { timeout: 20_000, interval: 20 }

function rule(
  effect: AccessRule['effect'],
  action: AccessRule['action'],
  user: string,
  filter: string
): AccessRule {
  return { effect, action, user, clientId: null, filter, comment: '' }
}

async function accessOfTwo(): Promise<StoredAccess> {
  const users = ['ada', 'bob'].map(async (name) => ({
    name,
    password: await hashPassword(`${name}!`),
    scram: null
  }))
  return {
    ...openAccess,
    anonymous: false,
    fallback: 'deny',
    rules: [rule('allow', 'both', 'ada', '#'), rule('allow', 'subscribe', 'bob', 'public/#')],
    users: await Promise.all(users),
    secret: ''
  }
}

const input: Omit<ServerInput, 'bridges'> = {
  listeners: [{ kind: 'tcp', host: '127.0.0.1', port: 1883 }],
  mqttSn: [1884],
  limits: defaultBrokerLimits,
  access: { ...openAccess, users: [], secret: '' },
  certificate: null
}

/** Writes a folder and resolves to the ended job. */
async function write(outgrow: Outgrow, jobs: Jobs, server: ServerKind, folder: string): Promise<Job> {
  const { id } = await outgrow.calls()['outgrow.write']({ server, folder })
  const found = (): Job => jobs.list().find((job) => job.id === id)!
  await vi.waitFor(() => expect(goesOn(found())).toBe(false), WITHIN)
  return found()
}

function outgrowOf(options: Partial<ConstructorParameters<typeof Outgrow>[1]> = {}): {
  outgrow: Outgrow
  jobs: Jobs
} {
  const jobs = new Jobs()
  const outgrow = new Outgrow(jobs, {
    broker: new BrokerService(spawnBroker, '1'),
    input: () => Promise.resolve(input),
    bridges: () => ({ lines: [], files: [], notes: [] }),
    ...options
  })
  return { outgrow, jobs }
}

function run(program: string, args: string[], env: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, { env: { ...process.env, ...env } })
  return { status, stdout: stdout.toString(), stderr: stderr.toString() }
}

const login = (name: string): string[] => ['-u', name, '-P', `${name}!`]

async function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve((socket.destroy(), true)))
    socket.once('error', () => resolve(false))
  })
}

/** Starts Debian's Mosquitto in a folder, as its configuration says. */
async function startMosquitto(folder: string, port: number): Promise<void> {
  // As root it would become another user, who cannot read the folder of a test.
  if (process.getuid?.() === 0) appendFileSync(join(folder, 'mosquitto.conf'), 'user root\n')
  const server = spawn('/usr/sbin/mosquitto', ['-c', 'mosquitto.conf'], { cwd: folder })
  let said = ''
  server.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  onTestFinished(async () => {
    if (server.exitCode !== null) return
    const gone = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGKILL')
    await gone
  })
  await vi.waitFor(async () => {
    if (server.exitCode !== null) throw new Error(`mosquitto ended: ${said}`)
    expect(await isOpen(port)).toBe(true)
  }, WITHIN)
}

it.skipIf(!mosquittoInstalled)(
  "lets Debian's Mosquitto take over: listeners, users, rules, certificate, and every retained message with its bytes and properties",
  async () => {
    const access = await accessOfTwo()
    const [here, tcp, ws, tls] = [await freePort(), await freePort(), await freePort(), await freePort()]
    const folder = temporaryFolder()
    const certificates = await makeCertificate(join(folder, 'made'))
    const service = new BrokerService(spawnBroker, '1')
    onTestFinished(() => service.stop())
    await service.start({
      file: null,
      events: ':memory:',
      id: 'aaaaaaaa',
      limits: defaultBrokerLimits,
      access: () => access,
      pipe: pipePath(temporaryFolder()),
      listeners: [{ kind: 'tcp', host: '127.0.0.1', port: here }],
      launch: async ({ begin, listen }) => {
        await begin()
        await listen()
      }
    })
    const bytes = join(folder, 'bytes')
    writeFileSync(
      bytes,
      Buffer.concat([Buffer.from(Array.from({ length: 256 }, (_, i) => i)), randomBytes(200_000)])
    )
    const property = (name: string, ...values: string[]): string[] => ['-D', 'publish', name, ...values]
    const retained: string[][] = [
      ['-q', '2', '-t', "home/it's $HOME & `all`", '-m', `"it's" \\ $(x)\n\ttwo 你好 'lines'\n`],
      [
        '-q',
        '1',
        '-t',
        '-n',
        '-m',
        '-n',
        ...property('content-type', "text/it's"),
        ...property('payload-format-indicator', '1')
      ],
      [
        '-q',
        '0',
        '-t',
        'bytes',
        '-f',
        bytes,
        ...property('response-topic', 'answer/$x'),
        ...property('correlation-data', 'c"1')
      ],
      [
        '-q',
        '0',
        '-t',
        'control',
        '-m',
        'bell\u0007',
        ...property('user-property', 'a b', "'1'"),
        ...property('user-property', 'a b', '2')
      ],
      ['-q', '0', '-t', 'expires', '-m', 'x', ...property('message-expiry-interval', '100000')],
      ['-q', '1', '-t', 'public/x', '-m', 'for everybody']
    ]
    // The broker runs in this thread, so its clients must not block it.
    const publish = (args: string[]): Promise<number | null> =>
      new Promise((resolve) =>
        spawn('mosquitto_pub', ['-V', '5', '-p', String(here), '-r', ...login('ada'), ...args]).once(
          'exit',
          resolve
        )
      )
    for (const args of retained) expect(await publish(args)).toBe(0)

    const target = join(folder, 'server')
    const { outgrow, jobs } = outgrowOf({
      broker: service,
      input: () =>
        Promise.resolve({
          ...input,
          listeners: [
            { kind: 'tcp', host: '127.0.0.1', port: tcp },
            { kind: 'ws', host: '0.0.0.0', port: ws },
            { kind: 'tls', host: '0.0.0.0', port: tls }
          ],
          access,
          certificate: {
            cert: readFileSync(certificates.cert, 'utf8'),
            key: readFileSync(certificates.key, 'utf8')
          }
        })
    })
    const job = await write(outgrow, jobs, 'mosquitto', target)
    expect(job).toMatchObject({ state: 'done', progress: 1, messages: retained.length })
    expect(job.result).toEqual({
      kind: 'server',
      server: 'mosquitto',
      path: target,
      left: {
        access: [],
        opened: [tcp],
        mqttSn: [1884],
        brokerStopped: false,
        messages: [],
        messageCount: 0,
        bridges: []
      }
    })
    expect(statSync(join(target, 'password_file')).mode & 0o777).toBe(0o600)
    expect(statSync(join(target, 'certs/server-key.pem')).mode & 0o777).toBe(0o600)

    await startMosquitto(target, tcp)
    const script = run('sh', [join(target, 'retained.sh')], {
      MQTT_PORT: String(tcp),
      MQTT_USER: 'ada',
      MQTT_PASSWORD: 'ada!'
    })
    expect(script).toEqual({ status: 0, stdout: '', stderr: '' })
    const format = '%t|%q|%r|%x|%C|%R|%D|%P|%F\n'
    const listing = (port: number): Promise<string[]> =>
      new Promise((resolve, reject) => {
        const options = [
          '-V',
          '5',
          '-q',
          '2',
          '-p',
          String(port),
          '-t',
          '#',
          '--retained-only',
          '-C',
          String(retained.length),
          '-F',
          format
        ]
        const reader = spawn('mosquitto_sub', [...options, ...login('ada'), '-N'])
        let text = ''
        reader.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
        reader.once('close', (status) =>
          status === 0 ? resolve(text.trim().split('\n').sort()) : reject(new Error(text))
        )
      })
    const [before, after] = [await listing(here), await listing(tcp)]
    expect(after).toEqual(before)
    expect(after.join()).toContain(readFileSync(bytes).toString('hex'))

    const at = ['-V', '5', '-p', String(tcp), '-q', '1']
    expect(run('mosquitto_pub', [...at, ...login('ada'), '-t', 'public/y', '-m', 'x']).stderr).toBe('')
    expect(run('mosquitto_pub', [...at, ...login('bob'), '-t', 'public/y', '-m', 'x']).stderr).toMatch(
      /not authori/i
    )
    // A filter that bob may not read comes first, and brings nothing.
    const read = run('mosquitto_sub', [
      ...at,
      ...login('bob'),
      '-t',
      'bytes',
      '-t',
      'public/x',
      '-C',
      '1',
      '-F',
      '%t'
    ])
    expect(read.stdout.trim()).toBe('public/x')
    expect(run('mosquitto_pub', [...at, '-t', 'a', '-m', 'x']).status).not.toBe(0)
    expect(run('mosquitto_pub', [...at, '-u', 'ada', '-P', 'wrong', '-t', 'a', '-m', 'x']).status).not.toBe(0)
    const secure = ['-V', '5', '-h', 'localhost', '-p', String(tls), '--cafile', certificates.ca]
    expect(run('mosquitto_pub', [...secure, ...login('ada'), '-t', 'a', '-m', 'x']).status).toBe(0)
    expect(await isOpen(ws)).toBe(true)
  },
  120_000
)

it('writes only to an empty folder, and leaves one that is not as it was', async () => {
  const { outgrow, jobs } = outgrowOf()
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'mine'), 'x')
  const job = await write(outgrow, jobs, 'mosquitto', folder)
  expect(job).toMatchObject({
    state: 'failed',
    error: { code: 'FOLDER_NOT_EMPTY', details: { path: folder } }
  })
  expect(readdirSync(folder)).toEqual(['mine'])
  expect(() => outgrow.calls()['outgrow.write']({ server: 'emqx', folder: 'relative' })).toThrow(
    'FOLDER_RELATIVE'
  )
  expect(() => outgrow.calls()['outgrow.write']({ server: 'emqx', folder: null })).toThrow('REQUIRED')
})

it('asks for the folder if it can, and says that a stopped broker gave no messages', async () => {
  const folder = join(temporaryFolder(), 'new', 'server')
  const { outgrow, jobs } = outgrowOf({ chooseFolder: () => Promise.resolve(folder) })
  const elsewhere = join(temporaryFolder(), 'named by a page')
  const { id, state } = await outgrow.calls()['outgrow.write']({ server: 'mosquitto', folder: elsewhere })
  expect(state).toBe('choosing')
  await vi.waitFor(() => expect(jobs.list().find((job) => job.id === id)!.state).toBe('done'), WITHIN)
  expect(existsSync(elsewhere)).toBe(false)
  expect(jobs.list()[0]!.result).toMatchObject({
    kind: 'server',
    path: folder,
    left: { brokerStopped: true, opened: [1883], mqttSn: [1884] }
  })
  expect(readFileSync(join(folder, 'mosquitto.conf'), 'utf8')).toContain(
    'allow_anonymous true\nmax_packet_size'
  )
  expect(readdirSync(folder)).toEqual(['README.md', 'compose.yaml', 'data', 'mosquitto.conf', 'retained.sh'])
})

it.each([true, false])(
  'removes what it wrote when it is cancelled; the folder was there before: %s',
  async (wasThere) => {
    const page: RetainedPage = {
      messages: [{ topic: 'a', payload: Buffer.from('x'), qos: 0, properties: {} }],
      isLast: false,
      total: 1_000_000
    }
    const forgotten = vi.fn()
    const call = (name: string): Promise<unknown> => {
      if (name === 'retainedPage') return new Promise((resolve) => setImmediate(() => resolve(page)))
      return Promise.resolve(forgotten())
    }
    const { outgrow, jobs } = outgrowOf({ broker: { peer: () => ({ call }) as never } })
    const parent = temporaryFolder()
    const folder = join(parent, 'server')
    if (wasThere) mkdirSync(folder)
    const { id } = await outgrow.calls()['outgrow.write']({ server: 'mosquitto', folder })
    const found = (): Job => jobs.list().find((job) => job.id === id)!
    await vi.waitFor(() => expect(found().messages).toBeGreaterThan(3), WITHIN)
    expect(existsSync(join(folder, 'retained.sh'))).toBe(true)
    jobs.cancel(id)
    await vi.waitFor(() => expect(found().state).toBe('cancelled'), WITHIN)
    expect(existsSync(folder)).toBe(wasThere)
    if (wasThere) expect(readdirSync(folder)).toEqual([])
    expect(forgotten).toHaveBeenCalledOnce()
  }
)
