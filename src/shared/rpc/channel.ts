/**
 * The common interface of all transports: Electron IPC, a WebSocket, or a MessagePort.
 * Messages must be structured-cloneable (on a WebSocket: packable by msgpackr): no functions, bytes as Uint8Array.
 */
export interface Channel {
  post(message: unknown): void
  /** Sets the only listener. */
  on(listener: (message: unknown) => void): void
  /** Calls back once, when the remote side is gone. */
  onClose(listener: () => void): void
}
