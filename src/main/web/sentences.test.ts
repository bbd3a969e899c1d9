import { afterEach, expect, it, vi } from 'vitest'
import { AppError } from '../../shared/errors'
import { sentenceFor } from './sentences'

afterEach(() => vi.unstubAllEnvs())

it.each([
  [
    new AppError('DATA_DIRECTORY_IN_USE', { path: '/d', pid: 7 }),
    '/d is in use by another Treetop (process 7). Quit it, or choose another --data-dir.'
  ],
  [
    new AppError('PORT_IN_USE', { host: '127.0.0.1', port: 1883, next: 1884 }),
    'The local broker cannot start: port 1883 is in use. Port 1884 is free: try --broker=1884.'
  ],
  [
    new AppError('PORT_IN_USE', { host: '127.0.0.1', port: 1883, next: null }),
    'The local broker cannot start: port 1883 is in use.'
  ],
  [
    new AppError('PORT_DENIED', { host: '127.0.0.1', port: 80 }),
    'The local broker cannot start: this user may not listen on port 80. Choose a port of 1024 or above.'
  ],
  [
    new AppError('BROKER_FILE_UNUSABLE', { path: '/d/broker.db', reason: 'file is not a database' }),
    'The local broker cannot start: /d/broker.db cannot be used (file is not a database). Move it away to start without its sessions and retained messages.'
  ],
  [
    new AppError('CERTIFICATE_INVALID', { fault: 'EXPIRED' }),
    'The local broker cannot start: the certificate of its TLS listeners cannot be used. Choose another on its page.'
  ],
  [
    Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 7883 }),
    'Port 7883 is in use by another program. Choose another --port.'
  ],
  [
    Object.assign(new Error('listen EACCES'), { code: 'EACCES', syscall: 'listen' }),
    'This user may not listen on that port. Choose another --port.'
  ],
  [new Error('no space left'), 'Treetop must quit: no space left'],
  ['thrown text', 'Treetop must quit: thrown text']
])('describes the error and its remedy: %s', (error, sentence) => {
  expect(sentenceFor(error)).toBe(sentence)
})

it('includes the stack only if TREETOP_DEBUG is set', () => {
  expect(sentenceFor(new Error('x'))).not.toContain('sentences.test')
  vi.stubEnv('TREETOP_DEBUG', '1')
  expect(sentenceFor(new Error('x'))).toContain('sentences.test')
})
