import type { Topics } from '../topics'

/** The history that the page and export cases use. */
export const BIG: { topics: Topics; messages: number } = {
  topics: { count: 10_000, length: 30, siblings: 20 },
  messages: 10_000_000
}

/** A layout with many topics, and one with few to compare it with. */
export const MANY: Topics = { count: 1_000_000, length: 30, siblings: 100 }
export const FEW: Topics = { count: 1_000, length: 30, siblings: 100 }
