/**
 * Messages a second as an exponential average, kept at every node of the tree: counting one costs a multiplication and an
 * addition, and a node that falls silent needs no visit, since its rate decays when it is read. It is a whole number of
 * 1/UNIT messages a second, since V8 keeps fractions outside of their objects, at 16 bytes each.
 */

/** Time is counted in ticks, so that the decay is a table look-up. */
export const TICK_MS = 250
/** The average forgets with this time constant. */
const TIME_CONSTANT_MS = 2_000
/** Up to 4,000,000 messages a second fit. */
const UNIT = 512
/** What one message adds. */
const WEIGHT = (UNIT * 1_000) / TIME_CONSTANT_MS

/** decay[n] is what is left of a rate after n ticks; past the table's end, nothing. */
const decay = Float64Array.from({ length: 64 }, (_, ticks) => Math.exp((-ticks * TICK_MS) / TIME_CONSTANT_MS))

export interface Rated {
  /** In 1/UNIT messages a second. */
  rate: number
  rateTick: number
}

/** The tick of a time in ms. */
export function tickAt(milliseconds: number): number {
  return Math.floor(milliseconds / TICK_MS)
}

/** Counts one message at a tick. */
export function countInRate(node: Rated, tick: number): void {
  if (node.rateTick !== tick) {
    node.rate = Math.round(node.rate * (decay[tick - node.rateTick] ?? 0))
    node.rateTick = tick
  }
  node.rate += WEIGHT
}

/** Messages a second at a tick, to two significant digits: a rate that hardly moves is not news. */
export function rateOf(node: Rated, tick: number): number {
  const rate = (node.rate * (decay[tick - node.rateTick] ?? 0)) / UNIT
  return rate < 0.05 ? 0 : Number(rate.toPrecision(2))
}
