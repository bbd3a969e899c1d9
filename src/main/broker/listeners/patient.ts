import type { Socket } from 'node:net'

/**
 * Keeps a socket readable after a write to it has failed; returns it. A client that sends and exits at once, as in tutorials, resets its
 * connection before it has got the CONNACK. Node would destroy the socket when the CONNACK cannot be written, with all messages that
 * were received but not read. So a write that fails, and all that follow, count as done; the end comes when everything has been read.
 */
export function patient<Any extends Socket>(socket: Any): Any {
  const write = socket._write.bind(socket)
  const writev = socket._writev!.bind(socket)
  let isGone = false
  const settle =
    (done: () => void) =>
    (error?: Error | null): void => {
      if (error) isGone = true
      done()
    }
  socket._write = (chunk, encoding, done) => (isGone ? done() : write(chunk, encoding, settle(done)))
  socket._writev = (chunks, done) => (isGone ? done() : writev(chunks, settle(done)))
  return socket
}
