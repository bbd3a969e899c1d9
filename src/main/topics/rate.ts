/**
 * Messages per second as an exponential average, kept at every node of the tree. Counting a message costs a multiplication and an
 * addition. A silent node needs no update, because its rate decays when it is read. The rate is a whole number of 1/UNIT messages per
 * second, because V8 stores fractions outside their objects, at 16 bytes each.
 */

/** Time is measured in ticks, so that the decay is a table lookup. */
export const TICK_MS = 250
/** Time constant of the exponential average. */
const TIME_CONSTANT_MS = 2_000
/** Resolution of the rate; rates of up to 4,000,000 messages per second fit. */
const UNIT = 512
/** What one message adds to the rate. */
const WEIGHT = (UNIT * 1_000) / TIME_CONSTANT_MS

/** decay[n] is the fraction of a rate left after n ticks; beyond the table it is 0. */
const decay = Float64Array.from({ length: 64 }, (_, ticks) => Math.exp((-ticks * TICK_MS) / TIME_CONSTANT_MS))

export interface Rated {
  /** In 1/UNIT messages per second. */
  rate: number
  rateTick: number
}

/** Returns the tick of a time in ms. */
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

/** Returns messages per second at a tick, to two significant digits, so that tiny changes are not reported. */
export function rateOf(node: Rated, tick: number): number {
  const rate = (node.rate * (decay[tick - node.rateTick] ?? 0)) / UNIT
  return rate < 0.05 ? 0 : Number(rate.toPrecision(2))
}
