import type { UpdateFault } from '../../shared/contract/updates'
import { NOT_LOOKED } from './updater'

/** Error codes of Node and Chromium (net/base/net_error_list.h) that mean the server is unreachable. */
const OFFLINE =
  /\b(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EPIPE|ERR_(?:INTERNET_DISCONNECTED|NAME_NOT_RESOLVED|NAME_RESOLUTION_FAILED|CONNECTION_\w+|NETWORK_\w+|ADDRESS_UNREACHABLE|TIMED_OUT|PROXY_\w+|TUNNEL_\w+|EMPTY_RESPONSE|DNS_\w+|CERT_\w+|SSL_\w+))\b|Request timed out|aborted by the server/
const DISK = ['ENOSPC', 'EACCES', 'EPERM', 'EROFS', 'EDQUOT']

/** Maps an error of electron-updater to the fault shown to the user. */
export function updateFault(error: unknown): UpdateFault {
  const { code = '', path, message = '' } = error as { code?: string; path?: string; message?: string }
  if (code === NOT_LOOKED) return 'NO_FEED'
  if (code === 'ENOENT' && path?.endsWith('app-update.yml')) return 'NO_FEED'
  if (code === 'ERR_CHECKSUM_MISMATCH' || code === 'ERR_UPDATER_NO_CHECKSUM') return 'CHECKSUM'
  if (code === 'ERR_UPDATER_INVALID_SIGNATURE') return 'SIGNATURE'
  if (DISK.includes(code)) return 'DISK'
  if (OFFLINE.test(`${code} ${message}`)) return 'OFFLINE'
  if (
    ['ERR_UPDATER_CHANNEL_FILE_NOT_FOUND', 'ERR_UPDATER_LATEST_VERSION_NOT_FOUND', 'HTTP_ERROR_404'].includes(
      code
    )
  )
    return 'NOTHING_PUBLISHED'
  if (code.startsWith('ERR_UPDATER_') || code.startsWith('HTTP_ERROR_')) return 'BAD_FEED'
  return 'OTHER'
}
