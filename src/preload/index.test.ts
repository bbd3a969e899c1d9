import { EventEmitter } from 'node:events'
import { beforeEach, expect, it, vi } from 'vitest'
import type { Bridge } from '../shared/rpc/bridge'

const electron = vi.hoisted(() => ({
  contextBridge: { exposeInMainWorld: vi.fn() },
  ipcRenderer: null as unknown as EventEmitter & { send: ReturnType<typeof vi.fn> }
}))
vi.mock('electron', () => electron)

let bridge: Bridge

beforeEach(async () => {
  vi.resetModules()
  vi.clearAllMocks()
  electron.ipcRenderer = Object.assign(new EventEmitter(), { send: vi.fn() })
  await import('./index')
  bridge = electron.contextBridge.exposeInMainWorld.mock.calls[0]![1] as Bridge
})

function documentOf(call: number): string {
  return electron.ipcRenderer.send.mock.calls[call]![1] as string
}

it('exposes a single object that can only post and listen', () => {
  expect(electron.contextBridge.exposeInMainWorld).toHaveBeenCalledOnce()
  expect(electron.contextBridge.exposeInMainWorld.mock.calls[0]![0]).toBe('treetop')
  expect(Object.keys(bridge).sort()).toEqual(['on', 'post'])
})

it('posts on one channel, with the name of its document', () => {
  bridge.post('hello')
  bridge.post('again')
  expect(electron.ipcRenderer.send.mock.calls).toEqual([
    ['treetop', documentOf(0), 'hello'],
    ['treetop', documentOf(0), 'again']
  ])
})

it('passes the page only the message, never the event, which exposes ipcRenderer', () => {
  const listener = vi.fn()
  bridge.on(listener)
  bridge.post('hello')
  electron.ipcRenderer.emit('treetop', { sender: electron.ipcRenderer }, documentOf(0), 'answer')
  expect(listener.mock.calls).toEqual([['answer']])
})

it('drops messages for the document before a reload', () => {
  const listener = vi.fn()
  bridge.on(listener)
  electron.ipcRenderer.emit('treetop', {}, 'the one before', 'answer')
  expect(listener).not.toHaveBeenCalled()
})
