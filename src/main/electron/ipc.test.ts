import { EventEmitter } from 'node:events'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Channel } from '../../shared/rpc/channel'
import { connectContract, serveContract, type Handlers } from '../../shared/rpc/contract'
import { defaultSettings } from '../../shared/contract/app'
import { servePages } from './ipc'

const electron = vi.hoisted(() => ({ ipcMain: null as unknown as EventEmitter }))
vi.mock('electron', () => electron)

/** A fake of a window's contents with only the parts that IPC uses. */
class Contents extends EventEmitter {
  mainFrame = { url: 'app://treetop/' }
  sent: unknown[][] = []
  destroyed = false
  send(...message: unknown[]): void {
    if (this.destroyed) throw new Error('Object has been destroyed')
    this.sent.push(message)
  }
  isDestroyed(): boolean {
    return this.destroyed
  }
}

interface Connected {
  channel: Channel
  heard: unknown[]
  closed: ReturnType<typeof vi.fn>
}

let connected: Connected[]
let contents: Contents

beforeEach(() => {
  electron.ipcMain = new EventEmitter()
  connected = []
  contents = new Contents()
  servePages((channel) => {
    const heard: unknown[] = []
    const closed = vi.fn()
    channel.on((message) => heard.push(message))
    channel.onClose(closed)
    connected.push({ channel, heard, closed })
  })
})

function post(id: unknown, message: unknown, senderFrame: unknown = contents.mainFrame): void {
  electron.ipcMain.emit('treetop', { sender: contents, senderFrame }, id, message)
}

describe('accepted senders', () => {
  it('accepts the main frame of the page', () => {
    post('a', 'hello')
    post('a', 'again')
    expect(connected.map(({ heard }) => heard)).toEqual([['hello', 'again']])
  })

  it.each([
    ['another site', { url: 'https://example.com/' }],
    ['another host of the scheme', { url: 'app://other/' }],
    ['a file', { url: 'file:///etc/passwd' }],
    ['a blank page', { url: 'about:blank' }],
    ['no URL', { url: '' }]
  ])('ignores a window that shows %s', (_, frame) => {
    contents.mainFrame = frame
    post('a', 'hello')
    expect(connected).toEqual([])
  })

  it('ignores subframes of the page, and frames that no longer exist', () => {
    post('a', 'hello', { url: 'app://treetop/' })
    post('a', 'hello', null)
    expect(connected).toEqual([])
  })

  it('ignores a message without a document id', () => {
    post(undefined, 'hello')
    post({ toString: 'a' }, 'hello')
    expect(connected).toEqual([])
  })
})

it('answers the document that sent the message', () => {
  post('a', 'hello')
  connected[0]!.channel.post('answer')
  expect(contents.sent).toEqual([['treetop', 'a', 'answer']])
})

it('closes the previous channel on a reload and opens a new one', () => {
  post('a', 'hello')
  post('b', 'hello again')
  expect(connected).toHaveLength(2)
  expect(connected[0]!.closed).toHaveBeenCalledOnce()
  expect(connected[1]!.closed).not.toHaveBeenCalled()
  connected[0]!.channel.post('too late')
  expect(contents.sent).toEqual([])
})

it('closes the channel once when the process dies and the window is destroyed', () => {
  post('a', 'hello')
  contents.emit('render-process-gone')
  expect(connected[0]!.closed).toHaveBeenCalledOnce()
  contents.destroyed = true
  contents.emit('destroyed')
  expect(connected[0]!.closed).toHaveBeenCalledOnce()
  connected[0]!.channel.post('into nothing')
  expect(contents.sent).toEqual([])
})

it('listens once for the end of a window, however often its process dies', () => {
  for (const id of ['a', 'b', 'c']) {
    post(id, 'hello')
    contents.emit('render-process-gone')
  }
  expect(connected).toHaveLength(3)
  expect(contents.listenerCount('render-process-gone')).toBe(1)
  expect(contents.listenerCount('destroyed')).toBe(1)
})

it('opens a separate channel per window', () => {
  const first = contents
  post('a', 'from the first')
  contents = new Contents()
  post('b', 'from the second')
  first.emit('destroyed')
  expect(connected.map(({ closed }) => closed.mock.calls.length)).toEqual([1, 0])
})

it('carries calls of the contract', async () => {
  electron.ipcMain = new EventEmitter()
  const handlers = { 'settings.get': () => defaultSettings } as Partial<Handlers> as Handlers
  servePages((channel) => serveContract(channel, handlers))
  const api = connectContract({
    post: (message) => post('a', structuredClone(message)),
    on: (listener) => void (contents.send = (_channel, _id, message) => listener(structuredClone(message))),
    onClose: () => undefined
  })
  expect(await api.call('settings.get')).toEqual(defaultSettings)
})
