import { createBirpc, type BirpcReturn } from 'birpc'

/** How a new window looks, and what runs in it before its page does. */
export interface Looks {
  size: { width: number; height: number }
  dark: boolean
  /** The preload script's text. */
  preload: string
}

/** The channel on which a preload that throws is told of; nothing else is sent on it. */
export const PRELOAD_ERROR = '__standInPreloadError'

/** A page, or a frame in it, that is about to go somewhere. */
export interface Navigation {
  url: string
  isMainFrame: boolean
  /** The server sent it on. */
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

/** What the app's process asks of the test that draws its windows. Windows are known by numbers. */
export interface StageCalls {
  open(window: number, looks: Looks): Promise<void>
  /** Throws when the page cannot be loaded. */
  load(window: number, url: string): Promise<void>
  /** Gives the preload what came from main (see clone.ts). */
  deliver(window: number, text: string): void
  /** `asking` as a person does: the page may hold it up. */
  close(window: number, asking: boolean): void
  /** Loads its page again, also when that has crashed. */
  reload(window: number): Promise<void>
  theme(window: number, dark: boolean): void
  /** What a script in the page gives (see clone.ts), once the page is loaded. */
  evaluate(window: number, code: string): Promise<string>
  /** Something failed in main that nobody caught. */
  fault(text: string): void
}

/** What the test tells the app's process, and asks of it. */
export interface ShellCalls {
  /** The preload sent something (see clone.ts). */
  heard(window: number, text: string): void
  serve(asked: Asked): Promise<Answered>
  /** Whether it may. */
  mayNavigate(window: number, to: Navigation): boolean
  navigated(window: number, url: string): void
  wantsWindow(window: number, url: string): void
  /** Whether the page goes although it asked to stay. */
  unloads(window: number): boolean
  crashed(window: number): void
  closed(window: number): void
  /** The file that a page's download is to be saved as; null: not at all. */
  download(window: number, url: string, name: string): Promise<string | null>
  /** Whether a request of a page may go out. */
  mayRequest(url: string): Promise<boolean>
  /** What a person sees and does (see control.ts). */
  ask(what: string, argument: unknown): unknown
}

/** One end of the line between a test and the app's process: both have `send` and `message` events. */
interface End {
  connected: boolean
  send?(message: unknown, sent?: (error: Error | null) => void): unknown
  on(name: 'message', listener: (message: unknown) => void): unknown
}

/** Joins the two over the channel that Node gives to a forked process. `failed` hears of what a function of this end threw. */
export function link<Far extends object, Near extends object>(
  end: End,
  near: Near,
  failed: (name: string, error: Error) => void = () => undefined
): BirpcReturn<Far, Near> {
  return createBirpc<Far, Near>(near, {
    // A person may take their time.
    timeout: -1,
    onFunctionError: (error, name) => failed(name, error),
    // The other end may have gone meanwhile, or go before the message is written: without a callback that is thrown.
    post: (message) => void (end.connected && end.send?.(message, () => undefined)),
    on: (listener) => void end.on('message', listener)
  })
}
