import { isAppError } from '../../shared/errors'

/** Describes an error and its remedy for the command line. Includes the stack only if TREETOP_DEBUG is set. */
export function sentenceFor(error: unknown): string {
  if (isAppError(error, 'DATA_DIRECTORY_IN_USE')) {
    const { path, pid } = error.details
    return `${path} is in use by another Treetop (process ${pid}). Quit it, or choose another --data-dir.`
  }
  if (isAppError(error, 'PORT_IN_USE')) {
    const { port, next } = error.details
    const advice = next === null ? '' : ` Port ${next} is free: try --broker=${next}.`
    return `The local broker cannot start: port ${port} is in use.${advice}`
  }
  if (isAppError(error, 'PORT_DENIED')) {
    return `The local broker cannot start: this user may not listen on port ${error.details.port}. Choose a port of 1024 or above.`
  }
  if (isAppError(error, 'ADDRESS_UNAVAILABLE')) {
    return `The local broker cannot start: this machine does not have the address ${error.details.host}.`
  }
  if (isAppError(error, 'BROKER_FILE_UNUSABLE')) {
    const { path, reason } = error.details
    return `The local broker cannot start: ${path} cannot be used (${reason}). Move it away to start without its sessions and retained messages.`
  }
  if (isAppError(error, 'CERTIFICATE_INVALID'))
    return 'The local broker cannot start: the certificate of its TLS listeners cannot be used. Choose another on its page.'
  if (isAppError(error, 'FILE_UNREADABLE'))
    return `Cannot read ${error.details.path}: ${error.details.reason}`
  if (isAppError(error, 'NOT_A_RECORDING')) return `${error.details.path} is not a Treetop recording.`
  if (isAppError(error, 'RECORDING_TOO_NEW') || isAppError(error, 'RECORDING_TOO_OLD')) {
    const { path, found, known } = error.details
    const age = found > known ? 'a newer' : 'an older'
    return `${path} was saved by ${age} Treetop (format ${found}; this one reads ${known}).`
  }
  if (isAppError(error, 'RECORDING_DAMAGED'))
    return `${error.details.path} is damaged: ${error.details.reason}.`
  if (!(error instanceof Error)) return `Treetop must quit: ${String(error)}`
  if (process.env['TREETOP_DEBUG']) return error.stack ?? error.message
  const { code, syscall, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') return `Port ${port} is in use by another program. Choose another --port.`
  if (syscall === 'mkdir')
    return `The data directory cannot be created (${error.message}). Choose another --data-dir.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
    return 'This machine does not have that address. Choose another --host.'
  }
  if (code === 'EACCES' && syscall === 'listen')
    return 'This user may not listen on that port. Choose another --port.'
  return `Treetop must quit: ${error.message}`
}
