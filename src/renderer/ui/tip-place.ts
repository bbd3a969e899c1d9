interface Size {
  width: number
  height: number
}

/** px between a tip and its element, and between a tip and the edge of the window. */
const GAP = 6
const EDGE = 6
/** px; elements at the left edge of the window that are no farther away than this have their tips beside them. */
const RAIL = 60

/** Where a tip is placed in the window, in px: below its element, or above if there is no room; beside it at the left edge. */
export function placeOf(element: DOMRect, tip: Size, window: Size): { left: number; top: number } {
  const within = (at: number, size: number, room: number): number =>
    Math.round(Math.max(EDGE, Math.min(at, room - size - EDGE)))
  if (element.right < RAIL)
    return {
      left: Math.round(element.right + GAP),
      top: within(element.top + (element.height - tip.height) / 2, tip.height, window.height)
    }
  const below = element.bottom + GAP
  const fits = below + tip.height + EDGE <= window.height
  return {
    left: within(element.left + (element.width - tip.width) / 2, tip.width, window.width),
    top: within(fits ? below : element.top - GAP - tip.height, tip.height, window.height)
  }
}
