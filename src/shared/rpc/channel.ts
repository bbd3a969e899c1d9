/**
 * The one transport that everything crosses on: Electron IPC, a WebSocket, or a MessagePort.
 * What is posted must be structured-cloneable (or, on a WebSocket, what msgpackr packs): no functions, bytes as Uint8Array.
 */
export interface Channel {
  post(message: unknown): void
  /** Sets the one listener. */
  on(listener: (message: unknown) => void): void
  /** Calls back once, when the far side is gone. */
  onClose(listener: () => void): void
}
