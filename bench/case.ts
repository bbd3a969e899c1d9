/** How a run was asked for. */
export interface Options {
  /** A tenth of the seconds and of the messages: to see that a case works, not what it comes to. */
  quick: boolean
  /** Leave the big history file for the next run. */
  keep: boolean
  /** How often a baseline and what is measured against it take turns. */
  rounds: number
}

/** Where a figure must lie. */
export interface Target {
  least?: number
  most?: number
  /** What would be better still. */
  aim?: number
}

/** One figure. */
export interface Row {
  case: string
  what: string
  value: number
  unit: string
  /** What the value is a ratio to, in the same run. */
  baseline?: { what: string; value: number; unit: string }
  /** What the value was made of, for whoever wonders. */
  details?: Record<string, number | number[] | string>
  target: Target | null
  ok: boolean
}

/** A row without the case's name and the verdict, which the harness adds. */
export type Figure = Omit<Row, 'case' | 'ok'>

export interface Case {
  name: string
  /** The load in a sentence: topics, payload size, QoS, seconds. */
  states: string
  run(options: Options): Promise<Figure[]>
}

/** Whether a figure reaches its target. One that could not be had (NaN) does not. */
export function reaches(value: number, target: Target | null): boolean {
  if (target === null) return true
  return value >= (target.least ?? -Infinity) && value <= (target.most ?? Infinity)
}

/** Seconds, messages and rounds of a quick run are a tenth. */
export function scaled(full: number, { quick }: Options): number {
  return quick ? Math.ceil(full / 10) : full
}
