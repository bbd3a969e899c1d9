// Node also runs this file directly, from programs/, so it must not import anything.

/** A message that the sink of a replay got: its number, and when it came, in ms. */
export interface SinkArrival {
  index: number
  at: number
}

export type SinkNews = { kind: 'listening'; port: number } | { kind: 'arrived'; arrivals: SinkArrival[] }
