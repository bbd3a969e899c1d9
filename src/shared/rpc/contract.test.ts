import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { defaultSettings } from '../contract/app'
import { AppError } from '../errors'
import type { Channel } from './channel'
import { connectContract, serveContract, type Api, type Handlers, type PageSession } from './contract'
import { portChannel } from './port'
import { openSocket, socketChannel } from './socket'

/** The two ends of a channel, and ways to close it. */
interface Pair {
  main: Channel
  page: Channel
  /** Breaks the channel. */
  cut(): void
  /** Closes everything that was opened for the test. */
  end(): void
}

const channels: Record<string, () => Promise<Pair>> = {
  'Electron IPC': ipcPair,
  'a WebSocket': socketPair,
  'a MessagePort': portPair
}

const payload = Uint8Array.from({ length: 256 }, (_, byte) => byte)
const GET = {
  history: { kind: 'connection' as const, id: 'c' },
  id: 1,
  decoder: { format: 'raw' as const }
}
const published = { connectionId: 'c', topic: 'a/b', payload, qos: 1 as const, retain: false }

describe.each(Object.entries(channels))('the contract over %s', (_, open) => {
  let pair: Pair
  let api: Api
  let session: PageSession
  const handlers = {
    'settings.get': vi.fn(() => defaultSettings),
    'settings.set': vi.fn((patch) => ({ ...defaultSettings, ...patch })),
    'messages.publish': vi.fn(),
    'messages.get': vi.fn(),
    'profiles.list': vi.fn(),
    'broker.start': vi.fn()
  } satisfies Partial<Handlers>

  beforeEach(async () => {
    pair = await open()
    session = serveContract(pair.main, handlers as Partial<Handlers> as Handlers)
    api = connectContract(pair.page)
  })

  afterEach(() => {
    pair.end()
    vi.resetAllMocks()
  })

  it("answers a call with its handler's result", async () => {
    handlers['settings.set'].mockImplementation((patch) => ({ ...defaultSettings, ...patch }))
    expect(await api.call('settings.set', { theme: 'dark' })).toEqual({ ...defaultSettings, theme: 'dark' })
  })

  it('answers a call without input, and one that returns null', async () => {
    handlers['settings.get'].mockReturnValue(defaultSettings)
    expect(await api.call('settings.get')).toEqual(defaultSettings)
    handlers['messages.get'].mockReturnValue(null)
    expect(await api.call('messages.get', GET)).toBeNull()
  })

  it('matches answers to concurrent calls', async () => {
    const answer: (() => void)[] = []
    handlers['settings.set'].mockImplementation(async (patch) => {
      await new Promise<void>((resolve) => answer.push(resolve))
      return { ...defaultSettings, ...patch }
    })
    const ports = Array.from({ length: 50 }, (_, index) => index + 1)
    const called = ports.map((brokerPort) => api.call('settings.set', { brokerPort }))
    await vi.waitFor(() => expect(answer).toHaveLength(50))
    // The last call is answered first.
    for (const release of answer.reverse()) release()
    const answers = await Promise.all(called)
    expect(answers.map(({ brokerPort }) => brokerPort)).toEqual(ports)
  })

  it('transports bytes as bytes in both directions, including a slice of a larger buffer', async () => {
    const big = new Uint8Array(1_000)
    big.set(payload, 100)
    const got = await new Promise<Uint8Array>((resolve) => {
      handlers['messages.publish'].mockImplementation(({ payload: bytes }: typeof published) =>
        resolve(bytes)
      )
      void api.call('messages.publish', { ...published, payload: big.subarray(100, 356) })
    })
    expect(got).toBeInstanceOf(Uint8Array)
    expect(Buffer.from(got)).toEqual(Buffer.from(payload))

    const body = { format: 'raw', bytes: Buffer.from(payload) }
    handlers['messages.get'].mockReturnValue({ head: {}, body })
    const view = await api.call('messages.get', GET)
    const { bytes } = view!.body as { bytes: Uint8Array }
    expect(bytes).toBeInstanceOf(Uint8Array)
    expect(Buffer.from(bytes)).toEqual(Buffer.from(payload))
  })

  it('transports times in microseconds, and any text, exactly', async () => {
    const receivedAt = 1_795_442_756_123_457
    const topic = '\u0000constructor/工厂/🌳/'
    handlers['messages.get'].mockReturnValue({ head: { receivedAt, topic }, body: {} })
    const view = await api.call('messages.get', GET)
    expect(view!.head).toEqual({ receivedAt, topic })
  })

  it('transports an error as its code and details', async () => {
    const details = { host: '127.0.0.1', port: 1883, next: 1884 }
    handlers['broker.start'].mockRejectedValue(new AppError('PORT_IN_USE', details))
    const error = await refusal(api.call('broker.start', {}))
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'PORT_IN_USE', details })
  })

  it('transports any other error as its message, without a stack', async () => {
    handlers['settings.get'].mockImplementation(() => {
      throw new TypeError('the disk is gone')
    })
    const error = await refusal(api.call('settings.get'))
    expect(error).toMatchObject({ code: 'INTERNAL', details: { message: 'the disk is gone' } })
    expect(error.details).not.toHaveProperty('stack')
  })

  it('rejects an invalid input before it reaches the handler, naming the field', async () => {
    const error = await refusal(api.call('messages.publish', { ...published, topic: 'a/#' }))
    expect(error).toMatchObject({
      code: 'INVALID_INPUT',
      details: { issues: [{ path: 'topic', fault: 'TOPIC_WILDCARD' }] }
    })
    expect(handlers['messages.publish']).not.toHaveBeenCalled()
  })

  it.each(['../other', 'a/b', 'a\\b', ''])(
    'refuses %j as the id of a history, which becomes a file name',
    async (id) => {
      const error = await refusal(api.call('boards.get', { history: { kind: 'connection', id } }))
      expect(error).toMatchObject({ code: 'INVALID_INPUT', details: { issues: [{ path: 'history.id' }] } })
    }
  )

  it('strips fields that the schema does not name', async () => {
    handlers['settings.set'].mockReturnValue(defaultSettings)
    await api.call('settings.set', { theme: 'dark', admin: true } as never)
    expect(handlers['settings.set'].mock.calls[0]![0]).toEqual({ theme: 'dark' })
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty', 'event', 'settings', ''])(
    'has no call named "%s"',
    async (name) => {
      const error = await refusal(api.call(name as never))
      expect(error).toMatchObject({ code: 'NOT_FOUND', details: { what: 'call', id: name } })
    }
  )

  it('delivers events to listeners until they unsubscribe', async () => {
    const heard: string[] = []
    const first = api.on('settings.changed', ({ theme }) => heard.push(`first ${theme}`))
    api.on('settings.changed', ({ theme }) => heard.push(`second ${theme}`))
    session.emit('settings.changed', { ...defaultSettings, theme: 'dark' })
    session.emit('connections.closed', { id: 'nobody listens' })
    await vi.waitFor(() => expect(heard).toEqual(['first dark', 'second dark']))
    first()
    session.emit('settings.changed', { ...defaultSettings, theme: 'light' })
    await vi.waitFor(() => expect(heard).toEqual(['first dark', 'second dark', 'second light']))
  })

  it('rejects pending calls when the channel breaks, and all later calls', async () => {
    handlers['profiles.list'].mockImplementation(() => new Promise(() => undefined))
    const pending = refusal(api.call('profiles.list'))
    await vi.waitFor(() => expect(handlers['profiles.list']).toHaveBeenCalled())
    pair.cut()
    expect(await pending).toMatchObject({ code: 'CHANNEL_CLOSED' })
    expect(await refusal(api.call('profiles.list'))).toMatchObject({ code: 'CHANNEL_CLOSED' })
  })

  it('notifies the session once that its renderer is gone, and drops later events', async () => {
    const gone = vi.fn()
    session.onClose(gone)
    pair.cut()
    await vi.waitFor(() => expect(gone).toHaveBeenCalledOnce())
    session.emit('settings.changed', defaultSettings)
    await new Promise((resolve) => setImmediate(resolve))
    expect(gone).toHaveBeenCalledOnce()
  })

  it('ignores messages that are not calls', async () => {
    for (const message of [
      null,
      7,
      'text',
      [],
      {},
      { t: 'q' },
      { t: 'q', m: {}, a: 5, i: 'x' },
      { t: 's', i: 'y' }
    ]) {
      pair.page.post(message)
    }
    handlers['settings.get'].mockReturnValue(defaultSettings)
    expect(await api.call('settings.get')).toEqual(defaultSettings)
  })
})

it('closes a WebSocket that sends anything but frames', async () => {
  const { main, end, raw } = await socketPair()
  main.on(() => undefined)
  const closed = once(raw, 'close')
  raw.send('text')
  await closed
  end()
})

/** The error that a call throws. */
async function refusal(call: Promise<unknown>): Promise<AppError> {
  try {
    await call
  } catch (error) {
    return error as AppError
  }
  throw new Error('the call was answered')
}

/** Like `ipcMain` and `ipcRenderer`: delivers structured clones asynchronously from one process to the other. */
function ipcPair(): Promise<Pair> {
  const sides = [0, 1].map(() => ({
    listener: (_message: unknown): void => undefined,
    closers: [] as (() => void)[]
  }))
  let open = true
  const channel = (own: 0 | 1): Channel => ({
    post(message) {
      const clone: unknown = structuredClone(message)
      setImmediate(() => open && sides[1 - own]!.listener(clone))
    },
    on: (listener) => void (sides[own]!.listener = listener),
    onClose: (listener) => sides[own]!.closers.push(listener)
  })
  const cut = (): void => {
    open = false
    for (const close of sides.flatMap(({ closers }) => closers.splice(0))) close()
  }
  return Promise.resolve({ main: channel(0), page: channel(1), cut, end: cut })
}

async function socketPair(): Promise<Pair & { raw: WebSocket }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
  const connected = once(server, 'connection') as Promise<[WebSocket]>
  const raw = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const page = await openSocket(raw)
  const [accepted] = await connected
  return {
    main: socketChannel(accepted),
    page,
    raw,
    cut: () => accepted.terminate(),
    end() {
      raw.terminate()
      server.close()
    }
  }
}

function portPair(): Promise<Pair> {
  const { port1, port2 } = new MessageChannel()
  return Promise.resolve({
    main: portChannel(port1),
    page: portChannel(port2),
    cut: () => port1.close(),
    end: () => port1.close()
  })
}
