import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { defaultSettings } from '../../shared/contract/app'
import type { Recording } from '../../shared/contract/recordings'
import { AppError } from '../../shared/errors'
import { connectContract } from '../../shared/rpc/contract'
import { openSocket } from '../../shared/rpc/socket'
import { newToken } from './server'
import { exportName, MAX_UPLOAD, token, WebFixture } from './web.fixture'

let web: WebFixture

beforeEach(async () => {
  web = new WebFixture()
  await web.start()
})

afterEach(() => web.end())

const get: WebFixture['get'] = (...request) => web.get(...request)
const enter = (): Promise<string> => web.enter()

it('ends a connection whose headers do not come', async () => {
  const impatient = new WebFixture()
  impatient.headersWithin = 200
  await impatient.start()
  const socket = connectTcp(impatient.port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ')
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toContain('408 Request Timeout')
  await once(socket, 'close')
  await impatient.end()
})

describe('access', () => {
  it('moves the token from the address to a cookie that scripts cannot read', async () => {
    const { pathname, search } = new URL(web.server.url)
    const { status, headers } = await get(pathname + search)
    expect(status).toBe(303)
    expect(headers.location).toBe('/')
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/; Path=\/; HttpOnly; SameSite=Strict$/)])
    expect(headers['set-cookie']![0]).not.toContain('token')
    expect((await get('/', { cookie: await enter() })).body).toBe('<!doctype html>')
  })

  it('refuses requests without the token and says what to do', async () => {
    for (const path of [
      '/',
      '/assets/index-1a2b.js',
      '/download/job-1',
      '/none',
      '/?token=wrong',
      '/?token='
    ]) {
      const { status, body } = await get(path)
      expect(status).toBe(401)
      expect(body).toContain('whole address')
    }
    const name = (await enter()).split('=')[0]!
    for (const cookie of [`${name}=`, `${name}=wrong`, `${name}=${encodeURIComponent(token)}`, 'other=1']) {
      expect((await get('/', { cookie })).status).toBe(401)
    }
  })

  it('looks at no more tokens from an address that sent many wrong ones', async () => {
    const { pathname, search } = new URL(web.server.url)
    const cookie = await enter()
    // The same wrong one, as from a page with an old cookie, is not counted again.
    for (let i = 0; i < 50; i++)
      expect((await get('/', { cookie: `${cookie.split('=')[0]}=old` })).status).toBe(401)
    expect((await get('/', { cookie })).status).toBe(200)
    for (let i = 0; i < 19; i++) expect((await get(`/?token=guess-${i}`)).status).toBe(401)
    for (const path of ['/?token=guess', pathname + search]) {
      const { status, body } = await get(path)
      expect(status).toBe(429)
      expect(body).toContain('in a minute')
    }
    expect((await get('/', { cookie })).status).toBe(429)
    expect((await get('/healthz')).status).toBe(200)
  })

  it('finds its cookie among other cookies', async () => {
    expect((await get('/', { cookie: `a=1; ${await enter()}; b=2` })).status).toBe(200)
  })

  it.each([
    'treetop.example',
    'treetop.example:PORT',
    '127.0.0.1',
    '127.0.0.1:1',
    '127.0.0.1.evil.example:PORT'
  ])('refuses the foreign host %s even with the cookie', async (name) => {
    const host = name.replace('PORT', String(web.port))
    expect((await get('/', { host, cookie: await enter() })).status).toBe(403)
    expect((await get('/healthz', { host })).status).toBe(403)
  })

  it('accepts the other loopback names', async () => {
    const cookie = await enter()
    for (const name of ['localhost', '[::1]']) {
      expect((await get('/', { host: `${name}:${web.port}`, cookie })).status).toBe(200)
    }
  })

  it('answers /healthz without the cookie', async () => {
    expect(await get('/healthz')).toMatchObject({ status: 200, body: 'ok' })
  })

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('refuses %s', async (method) => {
    expect(await get('/', { cookie: await enter() }, method)).toMatchObject({
      status: 405,
      headers: { allow: 'GET, HEAD' }
    })
  })

  it('never redirects to another site', async () => {
    const search = `?token=${encodeURIComponent(token)}`
    expect((await get(`//evil.example/${search}`)).headers.location).toBe('/evil.example/')
    expect((await get(`/\\evil.example/${search}`)).headers.location).toBe('/evil.example/')
  })

  it('creates a new token of 48 hexadecimal digits each time', () => {
    expect(newToken()).toMatch(/^[\da-f]{48}$/)
    expect(newToken()).not.toBe(newToken())
  })

  it('accepts any host name on a wildcard address, and prints a loopback address', async () => {
    await web.server.close()
    await web.start(0, '0.0.0.0')
    expect(web.server.url).toMatch(/^http:\/\/127\.0\.0\.1:/)
    expect((await get('/', { host: `treetop.example:${web.port}`, cookie: await enter() })).status).toBe(200)
    expect((await get('/', { host: `treetop.example:${web.port}` })).status).toBe(401)
  })
})

describe('behind a proxy', () => {
  const host = 'treetop.example.org'
  const origin = `https://${host}`
  let cookie: string

  beforeEach(async () => {
    const { port } = web
    await web.server.close()
    await web.start(port, '127.0.0.1', origin)
    cookie = await enter()
  })

  const socketFault = async (headers: OutgoingHttpHeaders): Promise<string | null> => {
    const socket = new WebSocket(`ws://127.0.0.1:${web.port}/rpc`, { headers })
    const fault = await new Promise<string | null>((resolve) => {
      socket.on('open', () => resolve(null))
      socket.on('error', (error) => resolve(error.message))
    })
    socket.terminate()
    return fault
  }

  it('uses the public address, and a cookie that is sent only over https', async () => {
    expect(web.server.url).toMatch(/^https:\/\/treetop\.example\.org\/\?token=/)
    const { pathname, search } = new URL(web.server.url)
    const { headers } = await get(pathname + search, { host })
    expect(headers['set-cookie']).toEqual([expect.stringMatching(/; SameSite=Strict; Secure$/)])
    expect((await get('/', { host, cookie })).status).toBe(200)
    expect((await get('/', { host })).status).toBe(401)
    expect((await get('/healthz')).status).toBe(200)
  })

  it('accepts only the proxy’s name and origin', async () => {
    expect(await socketFault({ host, origin, cookie })).toBeNull()
    for (const headers of [
      { host, origin: `http://${host}`, cookie },
      { host, origin: `${origin}.evil.example`, cookie },
      { host: 'evil.example', origin, cookie },
      { host: `127.0.0.1:${web.port}`, origin, cookie },
      { host, origin }
    ])
      expect(await socketFault(headers)).toContain('403')
    expect((await get('/', { host: 'evil.example', cookie })).status).toBe(403)
  })
})

describe('the page', () => {
  it('has a policy that allows only its own scripts', async () => {
    const { headers } = await get('/', { cookie: await enter() })
    expect(headers['content-security-policy']).toContain("script-src 'self';")
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin'
    })
    expect(headers['permissions-policy']).toContain('camera=()')
  })

  it('caches assets, because their names contain a hash', async () => {
    const { headers, body } = await get('/assets/index-1a2b.js', { cookie: await enter() })
    expect(headers['cache-control']).toBe('private, max-age=31536000, immutable')
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8')
    expect(body).toBe('script')
  })

  it('answers HEAD without the body', async () => {
    expect(await get('/', { cookie: await enter() }, 'HEAD')).toMatchObject({ status: 200, body: '' })
  })

  it.each([
    '/none',
    '/..%2fsecret.json',
    '/../secret.json',
    '/%2e%2e/secret.json',
    '/%',
    '/download/none',
    '/download/'
  ])('answers 404 at %s', async (path) => {
    expect((await get(path, { cookie: await enter() })).status).toBe(404)
  })

  it.each(['GET // HTTP/1.1', 'GET http://[ HTTP/1.1', 'GET * HTTP/1.1', 'GET //:x HTTP/1.1'])(
    'survives the request line "%s", as a page and as a WebSocket',
    async (line) => {
      for (const upgrade of ['', 'Connection: Upgrade\r\nUpgrade: websocket\r\n']) {
        const socket = connectTcp(web.port, '127.0.0.1')
        socket.resume().write(`${line}\r\nHost: 127.0.0.1:${web.port}\r\n${upgrade}Connection: close\r\n\r\n`)
        await once(socket, 'close')
      }
      expect((await get('/healthz')).status).toBe(200)
    }
  )
})

describe('a download', () => {
  it('has the real file name, whatever characters it contains', async () => {
    const { status, headers, body } = await get('/download/job-1', { cookie: await enter() })
    expect(status).toBe(200)
    expect(body).toBe('a,b\r\n')
    expect(headers['content-length']).toBe('5')
    const disposition = headers['content-disposition']!
    expect(disposition).toContain(`filename="plant _1_/____*.csv"`)
    const [, encoded] = /filename\*=UTF-8''([\w.!#$&+^`|~%-]+)$/.exec(disposition)!
    expect(decodeURIComponent(encoded!)).toBe(exportName)
  })
})

describe('/recordings', () => {
  const recording = { id: 'recording-1', file: 'x', profile: 'Plant' } as Recording
  const content = Buffer.alloc(900_000, 7)

  it('receives the whole file with its name', async () => {
    let size = 0
    web.receive.mockImplementation(async (stream, file) => {
      for await (const chunk of stream) size += (chunk as Buffer).length
      return { ...recording, file }
    })
    const path = `/recordings?file=${encodeURIComponent('Werk 温度.treetop')}`
    const { status, body } = await web.get(path, await web.pageHeaders(), 'POST', content)
    expect(status).toBe(200)
    expect(JSON.parse(body)).toEqual({ ...recording, file: 'Werk 温度.treetop' })
    expect(size).toBe(content.length)
  })

  it('takes no more than its limit, whether the length is said or not', async () => {
    let size = 0
    web.receive.mockImplementation(async (stream) => {
      for await (const chunk of stream) size += (chunk as Buffer).length
      return recording
    })
    const large = Buffer.alloc(MAX_UPLOAD + 1)
    for (const extra of [{}, { 'transfer-encoding': 'chunked' }]) {
      const headers = { ...(await web.pageHeaders()), ...extra }
      const { status, body } = await web.get('/recordings?file=x', headers, 'POST', large)
      expect(status).toBe(422)
      expect(JSON.parse(body)).toEqual({ code: 'RECORDING_TOO_LARGE', details: { limit: MAX_UPLOAD } })
    }
    expect(size).toBeLessThanOrEqual(MAX_UPLOAD)
  })

  it('answers with the error if the file is unusable', async () => {
    web.receive.mockRejectedValue(new AppError('NOT_A_RECORDING', { path: 'x' }))
    const { status, body } = await web.get('/recordings?file=x', await web.pageHeaders(), 'POST', content)
    expect(status).toBe(422)
    expect(JSON.parse(body)).toEqual({ code: 'NOT_A_RECORDING', details: { path: 'x' } })
  })

  it('refuses other origins, no origin, other hosts, and a missing cookie', async () => {
    const { origin, cookie } = await web.pageHeaders()
    const host = `evil.example:${web.port}`
    for (const headers of [
      { cookie, origin: 'https://evil.example' },
      { cookie },
      { origin },
      { cookie, host, origin: `http://${host}` }
    ] as OutgoingHttpHeaders[])
      expect(await web.get('/recordings?file=x', headers, 'POST')).toMatchObject({ status: 403 })
    expect(web.receive).not.toHaveBeenCalled()
    expect(await web.get('/recordings', await web.pageHeaders(), 'PUT')).toMatchObject({ status: 405 })
  })
})

describe('/rpc', () => {
  const open = (headers: OutgoingHttpHeaders, path = '/rpc'): WebSocket =>
    new WebSocket(`ws://127.0.0.1:${web.port}${path}`, { headers })
  const refusal = async (socket: WebSocket): Promise<string> => {
    const [error] = (await once(socket, 'error')) as [Error]
    return error.message
  }

  it('serves the contract to the page', async () => {
    const api = connectContract(await openSocket(open(await web.pageHeaders())))
    expect(await api.call('settings.get')).toEqual(defaultSettings)
  })

  it('refuses other origins, no origin, other hosts, other paths, and a missing cookie', async () => {
    const headers = await web.pageHeaders()
    const without = (name: string): OutgoingHttpHeaders =>
      Object.fromEntries(Object.entries(headers).filter(([each]) => each !== name))
    const refused = [
      open({ ...headers, origin: 'https://evil.example' }),
      open({ ...headers, origin: `http://localhost:${web.port}` }),
      open({ ...headers, origin: `http://127.0.0.1:${web.port + 1}` }),
      open({ ...headers, origin: 'null' }),
      open(without('origin')),
      open(without('cookie')),
      open({ ...headers, host: `evil.example:${web.port}`, origin: `http://evil.example:${web.port}` }),
      open(headers, '/'),
      open(headers, '/rpc/x')
    ]
    for (const message of await Promise.all(refused.map(refusal))) expect(message).toContain('403')
    expect(web.sessions).toEqual([])
  })

  it('carries 16 MB in one call', async () => {
    const size = 16 * 1024 * 1024
    web.publish.mockImplementation(({ payload }: { payload: Uint8Array }) => ({ size: payload.length }))
    const api = connectContract(await openSocket(open(await web.pageHeaders())))
    const message = {
      connectionId: 'c',
      topic: 't',
      payload: new Uint8Array(size),
      qos: 0,
      retain: false
    } as const
    expect(await api.call('messages.publish', message)).toEqual({ size })
  })

  it('disconnects a renderer that does not read, but not one that reads large messages', async () => {
    const strict = new WebFixture()
    strict.slow = { waiting: 4_000_000, every: 50 }
    await strict.start()
    const headers = await strict.pageHeaders()
    const [slow, quick] = [1, 2].map(() => new WebSocket(`ws://127.0.0.1:${strict.port}/rpc`, { headers }))
    await Promise.all([once(slow!, 'open'), once(quick!, 'open')])
    const gone: number[] = []
    for (const [index, session] of strict.sessions.entries()) session.onClose(() => gone.push(index))
    slow!.pause()
    let received = 0
    quick!.on('message', () => received++)
    // More than a connection's buffers in the system take, and less than what is too much at once.
    const large = 'x'.repeat(3_000_000)
    for (const session of strict.sessions)
      for (let sent = 0; sent < 6; sent++) session.emit('connections.closed', { id: large })
    await vi.waitFor(() => expect(gone).toHaveLength(1))
    await vi.waitFor(() => expect(received).toBe(6))
    expect(quick!.readyState).toBe(WebSocket.OPEN)
    slow!.terminate()
    quick!.terminate()
    await strict.end()
  })

  it('disconnects a renderer for which far too much waits', async () => {
    const strict = new WebFixture()
    strict.slow = { waiting: 1_000_000, every: 50 }
    await strict.start()
    const slow = new WebSocket(`ws://127.0.0.1:${strict.port}/rpc`, { headers: await strict.pageHeaders() })
    await once(slow, 'open')
    slow.pause()
    const [session] = strict.sessions
    let sent = 0
    const gone = new Promise<void>((resolve) => session!.onClose(resolve))
    const timer = setInterval(() => {
      sent++
      session!.emit('connections.closed', { id: 'x'.repeat(10_000_000) })
    }, 50)
    await gone
    clearInterval(timer)
    expect(sent).toBeLessThan(20)
    slow.terminate()
    await strict.end()
  })
})
