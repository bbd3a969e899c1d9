/// <reference lib="dom" />
import { expect, type Locator, type Page } from '@playwright/test'

interface Watch {
  /** What could be used when the walk began. */
  offered: Element[]
  reached: Set<Element>
  /** Whether the focus came to an element for the second time. */
  round: boolean
  faults: string[]
  end: () => void
}

/** Watches where the focus goes. Runs in the page. */
function watch(): void {
  const USABLE =
    'a[href], button, input, select, textarea, [contenteditable="true"], [role="grid"], [role="tree"], [role="listbox"], ' +
    '[role="tab"], [role="slider"], [role="switch"], [role="checkbox"], [role="menuitem"], [role="application"], [tabindex="0"]'
  const dialogs = document.querySelectorAll('[role="dialog"]')
  const scope = dialogs.item(dialogs.length - 1) ?? document.body
  const first = document.activeElement
  const reached = new Set<Element>()
  // A ring that fades in could not be told from none.
  const still = new CSSStyleSheet()
  still.replaceSync('* { transition: none !important }')
  document.adoptedStyleSheets.push(still)
  const faults: string[] = []
  /** How what has the focus looked, and what had it as long as the focus stays beside it: a field has one ring with its buttons. */
  const looks = new Map<Element, string>()
  const name = (element: Element): string => element.outerHTML.replace(/<!--.*?-->/g, '').slice(0, 160)

  function isOffered(element: Element): boolean {
    const { width, height } = element.getBoundingClientRect()
    return (
      width > 0 &&
      height > 0 &&
      !element.matches(':disabled, [aria-disabled="true"]') &&
      element.closest('[inert], [aria-hidden="true"]') === null &&
      element.checkVisibility({ visibilityProperty: true })
    )
  }
  /** Where a ring of focus may be: on the element, around it, or on what stands for it. */
  function lookOf(element: Element): string {
    const parts: [Element | null, string?][] = [
      [element],
      [element, '::after'],
      [element.parentElement],
      [element.parentElement?.parentElement ?? null],
      [element.nextElementSibling]
    ]
    return parts
      .map(([part, pseudo]) => {
        if (!part) return ''
        const style = getComputedStyle(part, pseudo)
        return [
          style.outline,
          style.boxShadow,
          style.borderColor,
          style.backgroundColor,
          style.opacity
        ].join()
      })
      .join(' | ')
  }
  function onfocusin({ target }: FocusEvent): void {
    if (!(target instanceof Element)) return
    if (reached.has(target)) state.round = true
    reached.add(target)
    for (const [element, look] of looks) {
      if (element.isConnected && element.parentElement?.contains(target)) continue
      if (element.isConnected && lookOf(element) === look)
        faults.push(`focus cannot be seen: ${name(element)}`)
      looks.delete(element)
    }
    looks.set(target, lookOf(target))
    const { top, left, bottom, right } = target.getBoundingClientRect()
    if (bottom < 0 || right < 0 || top > innerHeight || left > innerWidth)
      faults.push(`focus is out of sight: ${name(target)}`)
  }
  function onfocusout({ target }: FocusEvent): void {
    if (!(target instanceof Element) || !target.isConnected || !looks.has(target)) return
    if (looks.get(target) !== lookOf(target)) looks.delete(target)
  }
  const state: Watch = {
    offered: [...scope.querySelectorAll(USABLE)].filter(isOffered),
    reached,
    round: false,
    faults,
    end() {
      document.removeEventListener('focusin', onfocusin)
      document.removeEventListener('focusout', onfocusout)
      document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still)
      const among = (element: Element, list: string, items: string): boolean =>
        [...(element.closest(list)?.querySelectorAll(items) ?? [])].some((each) => reached.has(each))
      for (const element of state.offered) {
        if (reached.has(element) || !element.isConnected || !isOffered(element)) continue
        // Within these, arrow keys lead from one to the next.
        if (element.matches('[type="radio"]') && among(element, '[role="radiogroup"]', 'input')) continue
        if (among(element, '[role="toolbar"]', 'button')) continue
        // Connection tabs are owned by their list, not in it.
        if (element.matches('[role="tab"]') && among(element, '[role="tablist"], .list', '[role="tab"]'))
          continue
        // The focus is on an item of a tree, or on the tree itself.
        if (element.matches('[role="tree"]') && among(element, '[role="tree"]', '[role="treeitem"]')) continue
        if (element.matches('[role="menuitem"]') && among(element, '[role="menu"]', '*')) continue
        // The keys of a table act on its current row, those of a combobox on its list, and a tab's on the tab.
        const grid = element.closest('[role="row"]')?.closest('[role="grid"]')
        if (grid && reached.has(grid)) continue
        if (document.querySelector(`[role="combobox"][aria-controls="${element.id}"]`)) continue
        if (element.matches('.close') && element.parentElement?.querySelector('[aria-keyshortcuts="Delete"]'))
          continue
        faults.push(`Tab does not reach: ${name(element)}`)
      }
      if (first instanceof HTMLElement && first !== document.body) first.focus({ preventScroll: true })
    }
  }
  document.addEventListener('focusin', onfocusin)
  document.addEventListener('focusout', onfocusout)
  // A dialog may have a single stop, which keeps the focus.
  if (scope !== document.body && first && scope.contains(first)) reached.add(first)
  Object.assign(window, { keyboardWatch: state })
}

/** More than any screen has. */
const MOST_STOPS = 400

/**
 * Presses Tab until the focus has been everywhere. Returns what is wrong: what cannot be reached, focus that cannot be seen, and an
 * element that keeps it.
 */
export async function keyboardFaults(page: Page, screen: string): Promise<string[]> {
  await page.evaluate(watch)
  const state = await page.evaluateHandle(() => (window as unknown as { keyboardWatch: Watch }).keyboardWatch)
  let before = -1
  for (let presses = 0; ; presses += 8) {
    for (let times = 0; times < 8; times++) await page.keyboard.press('Tab')
    const { round, reached } = await state.evaluate(({ round, reached }) => ({
      round,
      reached: reached.size
    }))
    if (round) break
    if (reached === before || presses > MOST_STOPS) {
      if (reached === 1 && (await page.getByRole('dialog').count()) > 0) break
      await state.evaluate(({ faults }) =>
        faults.push(`Tab does not leave: ${document.activeElement?.outerHTML.slice(0, 160)}`)
      )
      break
    }
    before = reached
  }
  const faults = await state.evaluate(({ end, faults }) => {
    end()
    return faults
  })
  return faults.map((fault) => `${screen}: ${fault}`)
}

/** Uses the app without a pointer. */
export class KeyboardPage {
  private readonly rail: Locator

  constructor(private readonly page: Page) {
    this.rail = page.getByRole('navigation', { name: 'Pages' })
  }

  /** Presses keys; after each of them something has the focus. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key)
      await expect(this.page.locator(':focus'), `the focus after ${key}`).toBeAttached()
    }
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text)
  }

  /** Presses Tab until an element has the focus. */
  async to(target: Locator): Promise<void> {
    await target.waitFor({ timeout: 15_000 })
    for (let presses = 0; presses < MOST_STOPS; presses++) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await this.page.keyboard.press('Tab')
    }
    throw new Error(`Tab does not reach ${target.toString()}`)
  }

  /** Goes to a control and presses it. */
  async use(target: Locator): Promise<void> {
    await this.to(target)
    // A button keeps the focus while what it does goes on, and ignores presses.
    await expect(target).not.toHaveAttribute('aria-busy', 'true')
    await this.press('Enter')
  }

  /** Chooses from the menu that is open. */
  async choose(name: string | RegExp): Promise<void> {
    const item = this.page.getByRole('menuitem', { name, exact: typeof name === 'string' })
    await item.waitFor({ timeout: 15_000 })
    for (
      let presses = 0;
      !(await item.evaluate((element) => element === document.activeElement));
      presses++
    ) {
      expect(presses).toBeLessThan(MOST_STOPS)
      await this.page.keyboard.press('ArrowDown')
    }
    await this.press('Enter')
    await expect(this.page.getByRole('menu')).toHaveCount(0)
  }

  /** The ids of the pages, as the rail lists them. */
  async pages(): Promise<string[]> {
    return this.rail
      .locator('[data-action]')
      .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('data-action') ?? ''))
  }

  /** Goes to a page by the rail. */
  async go(id: string): Promise<void> {
    for (let presses = 0; (await this.rail.locator(':focus').count()) === 0; presses++) {
      expect(presses).toBeLessThan(20)
      await this.press('F6')
    }
    await this.use(this.rail.locator(`[data-action="${id}"]`))
  }
}
