import type { Topics } from '../topics'

/** The history that pages and exports are taken from. */
export const BIG: { topics: Topics; messages: number } = {
  topics: { count: 10_000, length: 30, siblings: 20 },
  messages: 10_000_000
}

/** A profile of many topics, and one of few to hold it against. */
export const MANY: Topics = { count: 1_000_000, length: 30, siblings: 100 }
export const FEW: Topics = { count: 1_000, length: 30, siblings: 100 }
