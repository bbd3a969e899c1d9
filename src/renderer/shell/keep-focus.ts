/** What Tab stops at. */
const STOPS =
  'a[href], button, input, select, textarea, [tabindex]:not([tabindex="-1"]), [contenteditable="true"]'
/** What closes again, and gives the focus back to where it was. */
const PASSING = '[role="dialog"], [role="menu"]'

/** Where the focus was: the element, and above it each parent with the place of the child that held the focus. */
interface Place {
  element: HTMLElement
  parents: { parent: Element; index: number }[]
}

/**
 * Keeps the focus in the page. When the focused element leaves the document or is disabled, the browser gives the focus to nothing, and a
 * keyboard starts again at the window's top. Instead, what is now at the same place gets it. Returns how to end this.
 */
export function keepFocus(): () => void {
  /** The last one is the focused one. Those before it are outside of the dialogs that have opened since. */
  let places: Place[] = []
  let waiting = 0
  const observer = new MutationObserver(() => {
    const last = places.at(-1)
    // Whoever clicks beside all controls gives the focus up; then the element could still have it.
    if (waiting === 0 && last && isLost() && !canFocus(last.element)) waiting = setTimeout(restore, SETTLED)
  })

  function onfocusin({ target }: FocusEvent): void {
    if (!(target instanceof HTMLElement)) return
    const passing = target.closest(PASSING)
    places = places.filter(({ element }) => {
      const around = element.closest(PASSING)
      return passing !== null && around !== passing && !around?.contains(passing)
    })
    places.push(placeOf(target))
    watch(target)
  }

  /** Only the parents of the focused element are watched: what else changes does not matter. */
  function watch(element: HTMLElement): void {
    observer.disconnect()
    observer.observe(element, { attributeFilter: ['disabled'] })
    for (let parent = element.parentElement; parent; parent = parent.parentElement)
      observer.observe(parent, { childList: true })
  }

  function restore(): void {
    waiting = 0
    if (!isLost()) return
    for (const place of places.toReversed()) {
      const next = successorOf(place)
      if (next) return next.focus()
    }
  }

  document.addEventListener('focusin', onfocusin)
  return () => {
    document.removeEventListener('focusin', onfocusin)
    observer.disconnect()
    clearTimeout(waiting)
  }
}

/** ms after which a closing dialog has given the focus back. */
const SETTLED = 50

function isLost(): boolean {
  const { activeElement, body } = document
  return activeElement === null || activeElement === body || activeElement.matches(':disabled')
}

function placeOf(element: HTMLElement): Place {
  const parents: Place['parents'] = []
  // Beside a dialog there is nothing, so the body is none of its parents.
  let child: Element = element
  while (child.parentElement && child.parentElement !== document.body) {
    const parent = child.parentElement
    parents.push({ parent, index: [...parent.children].indexOf(child) })
    child = parent
  }
  return { element, parents }
}

/** The element itself if it can have the focus again, or the next one after its place, or else the last one before it. */
function successorOf({ element, parents }: Place): HTMLElement | null {
  if (canFocus(element)) return element
  for (const { parent, index } of parents) {
    if (!parent.isConnected) continue
    const stops = [...parent.querySelectorAll<HTMLElement>(STOPS)].filter(canFocus)
    const after = [...parent.children].slice(index)
    const next = stops.find((stop) => after.some((child) => child.contains(stop))) ?? stops.at(-1)
    if (next) return next
  }
  return null
}

function canFocus(element: HTMLElement): boolean {
  return (
    element.isConnected &&
    !element.matches(':disabled, [tabindex="-1"]') &&
    element.closest('[inert]') === null &&
    element.checkVisibility({ visibilityProperty: true })
  )
}
