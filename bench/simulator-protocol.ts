// Node also runs this file directly, from programs/, so it must not import anything.

/** What the sink of a simulator is told: to begin counting, or to end it. */
export interface SinkOrder {
  kind: 'begin' | 'end'
}

export type SimulatorSinkNews =
  | { kind: 'listening'; port: number }
  /** Messages that came, in ms. `perSecond`: of each whole second. */
  | { kind: 'counted'; messages: number; milliseconds: number; perSecond: number[]; clients: number }
