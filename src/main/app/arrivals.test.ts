import { expect, it, vi } from 'vitest'
import { AppError } from '../../shared/errors'
import { Arrivals } from './arrivals'

function arrivals(open: (path: string) => Promise<{ id: string }> = () => Promise.reject(new Error('no'))) {
  const tell = vi.fn()
  const made = new Arrivals(open, tell)
  return { made, tell, take: () => made.calls()['app.arrivals'](undefined) }
}

it('returns each arrival once', () => {
  const { made, tell, take } = arrivals()
  made.arrive('mqtt://anna:secret@broker')
  expect(tell).toHaveBeenCalledOnce()
  expect(take()).toEqual([
    {
      kind: 'connection',
      address: {
        name: 'broker',
        protocol: 'mqtt',
        host: 'broker',
        port: 1883,
        username: 'anna',
        password: 'secret'
      }
    }
  ])
  expect(take()).toEqual([])
})

it('reveals only the scheme of an unsupported address', () => {
  const { made, take } = arrivals()
  made.arrive('amqp://anna:secret@broker')
  made.arrive('mqtt://')
  expect(take()).toEqual([
    { kind: 'refused', scheme: 'amqp' },
    { kind: 'refused', scheme: 'mqtt' }
  ])
})

it('opens a recording, and reports why if it cannot', async () => {
  const open = vi
    .fn<(path: string) => Promise<{ id: string }>>()
    .mockResolvedValueOnce({ id: 'recording-1' })
    .mockRejectedValueOnce(new AppError('NOT_A_RECORDING', { path: '/b.treetop' }))
  const { made, tell, take } = arrivals(open)
  made.arrive('/a.treetop')
  made.arrive('/b.treetop')
  await vi.waitFor(() => expect(tell).toHaveBeenCalledTimes(2))
  expect(open.mock.calls).toEqual([['/a.treetop'], ['/b.treetop']])
  expect(take()).toEqual([
    { kind: 'recording', id: 'recording-1' },
    { kind: 'failed', code: 'NOT_A_RECORDING', details: { path: '/b.treetop' } }
  ])
})
