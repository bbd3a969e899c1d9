import { createBirpc, type BirpcReturn } from 'birpc'

/** How a new window looks, and what runs in it before its page does. */
export interface Looks {
  size: { width: number; height: number }
  dark: boolean
  /** The preload script's text. */
  preload: string
}

/** The channel that reports a preload that throws; nothing else is sent on it. */
export const PRELOAD_ERROR = '__standInPreloadError'

/** A page or a frame in it that is about to navigate. */
export interface Navigation {
  url: string
  isMainFrame: boolean
  /** A redirect by the server. */
  redirected: boolean
}

/** A request for the page's own scheme, and what the app answers. */
export interface Asked {
  url: string
  method: string
}
export interface Answered {
  status: number
  headers: Record<string, string>
  body: Uint8Array
}

/** Calls from the app's process to the test that draws its windows. Windows are identified by number. */
export interface StageCalls {
  open(window: number, looks: Looks): Promise<void>
  /** Throws when the page cannot be loaded. */
  load(window: number, url: string): Promise<void>
  /** Delivers a message from main to the preload (see clone.ts). */
  deliver(window: number, text: string): void
  /** `asking`: as when the user closes it, so the page may prevent it. */
  close(window: number, asking: boolean): void
  /** Reloads its page, even after a crash. */
  reload(window: number): Promise<void>
  theme(window: number, dark: boolean): void
  /** Returns the result of a script in the page (see clone.ts), once the page is loaded. */
  evaluate(window: number, code: string): Promise<string>
  /** Reports an uncaught error in main. */
  fault(text: string): void
}

/** Calls from the test to the app's process. */
export interface ShellCalls {
  /** The preload sent something (see clone.ts). */
  heard(window: number, text: string): void
  serve(asked: Asked): Promise<Answered>
  /** Whether the navigation is allowed. */
  mayNavigate(window: number, to: Navigation): boolean
  navigated(window: number, url: string): void
  wantsWindow(window: number, url: string): void
  /** Whether the page closes although it asked to stay. */
  unloads(window: number): boolean
  crashed(window: number): void
  closed(window: number): void
  /** The path for a page's download; null: do not save it. */
  download(window: number, url: string, name: string): Promise<string | null>
  /** Whether a request of a page may go out. */
  mayRequest(url: string): Promise<boolean>
  /** Commands to the simulated user (see control.ts). */
  ask(what: string, argument: unknown): unknown
}

/** One end of the line between a test and the app's process: both have `send` and `message` events. */
interface End {
  connected: boolean
  send?(message: unknown, sent?: (error: Error | null) => void): unknown
  on(name: 'message', listener: (message: unknown) => void): unknown
}

/** Connects both ends over the IPC channel of a forked Node process. `failed` receives errors thrown by functions of this end. */
export function link<Far extends object, Near extends object>(
  end: End,
  near: Near,
  failed: (name: string, error: Error) => void = () => undefined
): BirpcReturn<Far, Near> {
  return createBirpc<Far, Near>(near, {
    // No timeout: a call may wait for the user.
    timeout: -1,
    onFunctionError: (error, name) => failed(name, error),
    // The other end may be gone, or go before the message is written: without a callback `send` would throw.
    post: (message) => void (end.connected && end.send?.(message, () => undefined)),
    on: (listener) => void end.on('message', listener)
  })
}
