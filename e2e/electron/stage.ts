import { mayRequest } from './session'
import { link, type Answered, type Asked, type ShellCalls, type StageCalls } from './link'

/** Where windows are drawn: by the test that started this process. */
type Serve = (request: Request) => Response | Promise<Response>

let serve: Serve | null = null

/** Answers requests for the page's own scheme. */
export function serveScheme(handler: Serve): void {
  serve = handler
}

async function answer({ url, method }: Asked): Promise<Answered> {
  const response = await serve!(new Request(url, { method }))
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer())
  }
}

/** Those who are told what happens to their windows. */
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

export const stage = link<StageCalls, ShellCalls>(process, {
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
})

/** Gives a window its number. */
export function enter(window: Drawn): number {
  return drawn.push(window) - 1
}

/** Sets who answers what a test asks. */
export function answerTests(answerer: ShellCalls['ask']): void {
  ask = answerer
}
