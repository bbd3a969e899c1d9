import { expect, it, vi } from 'vitest'
import { updateFault } from './update-faults'

vi.mock('electron', () => ({}))

const error = (message: string, code?: string, path?: string): Error =>
  Object.assign(new Error(message), { ...(code && { code }), ...(path && { path }) })

it.each([
  ['OFFLINE', error('net::ERR_INTERNET_DISCONNECTED')],
  ['OFFLINE', error('net::ERR_NAME_NOT_RESOLVED')],
  ['OFFLINE', error('net::ERR_CONNECTION_TIMED_OUT')],
  ['OFFLINE', error('net::ERR_CERT_AUTHORITY_INVALID')],
  ['OFFLINE', error('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED')],
  ['NO_FEED', error('ENOENT: no such file', 'ENOENT', '/x/resources/app-update.yml')],
  ['NOTHING_PUBLISHED', error('Cannot find channel', 'ERR_UPDATER_CHANNEL_FILE_NOT_FOUND')],
  ['NOTHING_PUBLISHED', error('Unable to find latest version', 'ERR_UPDATER_LATEST_VERSION_NOT_FOUND')],
  ['BAD_FEED', error('Cannot parse update info', 'ERR_UPDATER_INVALID_UPDATE_INFO')],
  ['BAD_FEED', error('500', 'HTTP_ERROR_500')],
  ['CHECKSUM', error('sha512 checksum mismatch', 'ERR_CHECKSUM_MISMATCH')],
  ['CHECKSUM', error('no checksum', 'ERR_UPDATER_NO_CHECKSUM')],
  ['SIGNATURE', error('not signed by', 'ERR_UPDATER_INVALID_SIGNATURE')],
  ['DISK', error('no space left', 'ENOSPC')],
  ['OTHER', error('who knows')],
  ['OTHER', 'a text']
])('returns %s (%#)', (fault, given) => {
  expect(updateFault(given)).toBe(fault)
})
