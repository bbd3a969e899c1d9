import type { ChildProcess } from 'node:child_process'
import type { BrowserContext, Page } from '@playwright/test'
import { link, type ShellCalls, type StageCalls } from '../electron/link'
import { StageWindow } from './window'

/** The test's operations on the app's process. */
export interface Shell {
  ask(what: string, argument: unknown): Promise<unknown>
}

/** Draws the windows of one stand-in process as pages of the test's own browser context. */
export class Stage {
  private readonly windows = new Map<number, StageWindow>()
  private appeared: (() => void)[] = []

  constructor(private readonly context: BrowserContext) {}

  /** Draws for a process until it ends; its windows close with it. `fault` receives its uncaught errors. */
  serve(child: ChildProcess, fault: (text: string) => void): Shell {
    const of = (window: number): StageWindow => this.windows.get(window)!
    const shell = link<ShellCalls, StageCalls>(child, {
      open: async (number, looks) => {
        const window = new StageWindow(number, shell)
        this.windows.set(number, window)
        await window.open(this.context, looks)
      },
      load: async (number, url) => {
        await of(number).load(url)
        for (const tell of this.appeared.splice(0)) tell()
      },
      deliver: (number, text) => of(number).deliver(text),
      close: (number, asking) => (asking ? of(number).leave() : of(number).close()),
      reload: async (number) => {
        const before = of(number)
        // A crashed Playwright page is unusable, so its window gets a new page.
        const window = new StageWindow(number, shell)
        this.windows.set(number, window)
        await window.takeOver(this.context, before)
        for (const tell of this.appeared.splice(0)) tell()
      },
      theme: (number, dark) => of(number).theme(dark),
      evaluate: (number, code) => of(number).evaluate(code),
      fault
    })
    child.once('exit', () => {
      void shell.$rejectPendingCalls(({ method, reject }) =>
        reject(new Error(`The app ended before it answered ${method}`))
      )
      for (const window of this.windows.values()) window.close()
      this.windows.clear()
    })
    return { ask: (what, argument) => shell.ask(what, argument) }
  }

  /** Ends the process of the first window's page. */
  async crash(): Promise<void> {
    await this.page()
    for (const window of this.windows.values()) if (window.loaded) return window.crash()
  }

  /** The first window's page, once it is loaded. */
  async page(): Promise<Page> {
    for (;;) {
      for (const { page, loaded } of this.windows.values())
        if (page && loaded && !page.isClosed()) return page
      await new Promise<void>((resolve) => this.appeared.push(resolve))
    }
  }
}
