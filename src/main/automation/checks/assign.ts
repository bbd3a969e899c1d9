/** Takes so many items. */
export interface Slot<I> {
  readonly min: number
  got: I[]
}

/**
 * Gives an item to a slot that it fits and that needs more, if need be by moving others to slots that they fit as well: an augmenting path
 * (Kuhn 1955). So an expectation that anything fits leaves the right message to one that is particular. Returns whether it found one.
 */
export function place<I, S extends Slot<I>>(
  item: I,
  slots: readonly S[],
  fits: (slot: S, item: I) => boolean
): boolean {
  const seen = new Set<S>()
  const tryWith = (each: I): boolean => {
    for (const slot of slots) {
      if (seen.has(slot) || !fits(slot, each)) continue
      seen.add(slot)
      if (slot.got.length < slot.min) {
        slot.got.push(each)
        return true
      }
      for (const [index, held] of slot.got.entries())
        if (tryWith(held)) {
          slot.got[index] = each
          return true
        }
    }
    return false
  }
  return tryWith(item)
}
