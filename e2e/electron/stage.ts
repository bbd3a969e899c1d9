import { mayRequest } from './session'
import { link, type Answered, type Asked, type ShellCalls, type StageCalls } from './link'

/** The link to the test that started this process and draws its windows. */
type Serve = (request: Request) => Response | Promise<Response>

const schemes = new Map<string, Serve>()

/** Sets the handler for requests of a scheme. */
export function serveScheme(scheme: string, handler: Serve): void {
  schemes.set(scheme, handler)
}

async function answer({ url, method }: Asked): Promise<Answered> {
  const response = await schemes.get(new URL(url).protocol.slice(0, -1))!(new Request(url, { method }))
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer())
  }
}

/** The receivers of window events. */
export interface Drawn {
  heard(text: string): void
  mayNavigate: ShellCalls['mayNavigate'] extends (window: number, ...rest: infer R) => boolean
    ? (...rest: R) => boolean
    : never
  navigated(url: string): void
  wantsWindow(url: string): void
  unloads(): boolean
  crashed(): void
  closed(): void
  download(url: string, name: string): Promise<string | null>
}

const drawn: Drawn[] = []
let ask: ShellCalls['ask'] = () => undefined

/** Errors from the app's listeners are uncaught, as in Electron. Failed test commands and page requests are reported to their callers. */
function failed(name: string, error: Error): void {
  if (name !== 'ask' && name !== 'serve')
    setImmediate(() => {
      throw error
    })
}

export const stage = link<StageCalls, ShellCalls>(
  process,
  {
    serve: answer,
    heard: (window, text) => drawn[window]!.heard(text),
    mayNavigate: (window, to) => drawn[window]!.mayNavigate(to),
    navigated: (window, url) => drawn[window]!.navigated(url),
    wantsWindow: (window, url) => drawn[window]!.wantsWindow(url),
    unloads: (window) => drawn[window]!.unloads(),
    crashed: (window) => drawn[window]!.crashed(),
    closed: (window) => drawn[window]!.closed(),
    download: (window, url, name) => drawn[window]!.download(url, name),
    mayRequest: (url) => mayRequest(url),
    ask: (what, argument) => ask(what, argument)
  },
  failed
)

/** Assigns a number to a window. */
export function enter(window: Drawn): number {
  return drawn.push(window) - 1
}

/** Sets the handler for a test's commands. */
export function answerTests(answerer: ShellCalls['ask']): void {
  ask = answerer
}
