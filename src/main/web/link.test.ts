import { once } from 'node:events'
import type { OutgoingHttpHeaders } from 'node:http'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { defaultSettings } from '../../shared/contract/app'
import { keepLinked, type Link, type LinkState } from '../../shared/rpc/link'
import { openSocket } from '../../shared/rpc/socket'
import { WebFixture } from './web.fixture'

let web: WebFixture
let link: Link
let states: LinkState[]
let headers: OutgoingHttpHeaders

beforeEach(async () => {
  web = new WebFixture()
  await web.start()
  headers = await web.pageHeaders()
  states = []
  link = keepLinked(() => openSocket(new WebSocket(`ws://127.0.0.1:${web.port}/rpc`, { headers })))
  link.onState((state) => states.push(state))
})

afterEach(async () => {
  link.api.close()
  await web.end()
})

it('accepts calls before it is open', async () => {
  expect(states).toEqual(['connecting'])
  expect(await link.api.call('settings.get')).toEqual(defaultSettings)
  expect(states).toEqual(['connecting', 'open'])
})

it('is lost when the process ends, and rejects pending and new calls', async () => {
  await link.api.call('settings.get')
  const pending = link.api.call('profiles.list').catch((error: unknown) => error)
  await web.server.close()
  expect(await pending).toMatchObject({ code: 'CHANNEL_CLOSED' })
  await vi.waitFor(() => expect(states).toEqual(['connecting', 'open', 'lost']))
  await expect(link.api.call('settings.get')).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
})

it('reconnects with its listeners when the process is back', async () => {
  const heard: string[] = []
  const stop = link.api.on('settings.changed', ({ theme }) => heard.push(`early ${theme}`))
  await link.api.call('settings.get')
  await web.server.close()
  await vi.waitFor(() => expect(states.at(-1)).toBe('lost'))
  link.api.on('settings.changed', ({ theme }) => heard.push(`while lost ${theme}`))
  web.sessions.length = 0
  await web.start(web.port)
  await vi.waitFor(() => expect(states).toEqual(['connecting', 'open', 'lost', 'open']))
  expect(await link.api.call('settings.get')).toEqual(defaultSettings)
  expect(web.sessions).toHaveLength(1)
  web.sessions[0]!.emit('settings.changed', { ...defaultSettings, theme: 'dark' })
  await vi.waitFor(() => expect(heard).toEqual(['early dark', 'while lost dark']))
  stop()
  web.sessions[0]!.emit('settings.changed', { ...defaultSettings, theme: 'light' })
  await vi.waitFor(() => expect(heard.slice(2)).toEqual(['while lost light']))
})

it('rejects waiting calls if it cannot open, and keeps retrying', async () => {
  let refused = true
  let tries = 0
  const other = keepLinked(() => {
    tries++
    return openSocket(new WebSocket(`ws://127.0.0.1:${web.port}/rpc`, refused ? {} : { headers }))
  })
  await expect(other.api.call('settings.get')).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
  refused = false
  const opened = new Promise<void>((resolve) => other.onState((state) => state === 'open' && resolve()))
  await opened
  expect(tries).toBeGreaterThan(1)
  expect(await other.api.call('settings.get')).toEqual(defaultSettings)
  other.api.close()
})

it('does not reconnect after it was closed', async () => {
  const sockets: WebSocket[] = []
  const own = keepLinked(() => {
    sockets.push(new WebSocket(`ws://127.0.0.1:${web.port}/rpc`, { headers }))
    return openSocket(sockets.at(-1)!)
  })
  const seen: LinkState[] = []
  own.onState((state) => seen.push(state))
  await own.api.call('settings.get')
  own.api.close()
  expect(seen.at(-1)).toBe('lost')
  await expect(own.api.call('settings.get')).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' })
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    await Promise.all([once(sockets[0]!, 'close'), web.server.close()])
    vi.advanceTimersByTime(60_000)
  } finally {
    vi.useRealTimers()
  }
  expect(seen).toEqual(['connecting', 'open', 'lost'])
  expect(sockets).toHaveLength(1)
})
