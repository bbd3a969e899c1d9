/** Options of a run. */
export interface Options {
  /** A tenth of the seconds and messages: checks that a case works, not its figures. */
  quick: boolean
  /** Keep the big history file for the next run. */
  keep: boolean
  /** How often the baseline and the measured subject take turns. */
  rounds: number
}

/** The range that a figure must lie in. */
export interface Target {
  least?: number
  most?: number
  /** A more ambitious value. */
  aim?: number
}

/** One figure. */
export interface Row {
  case: string
  what: string
  value: number
  unit: string
  /** The same run's value that `value` is a ratio to. */
  baseline?: { what: string; value: number; unit: string }
  /** The raw values behind the figure. */
  details?: Record<string, number | number[] | string>
  target: Target | null
  ok: boolean
}

/** A row without the case name and the verdict, which the harness adds. */
export type Figure = Omit<Row, 'case' | 'ok'>

export interface Case {
  name: string
  /** The load in a sentence: topics, payload size, QoS, seconds. */
  states: string
  run(options: Options): Promise<Figure[]>
}

/** Whether a figure meets its target. A missing figure (NaN) does not. */
export function reaches(value: number, target: Target | null): boolean {
  if (target === null) return true
  return value >= (target.least ?? -Infinity) && value <= (target.most ?? Infinity)
}

/** A quick run has a tenth of the seconds, messages and rounds. */
export function scaled(full: number, { quick }: Options): number {
  return quick ? Math.ceil(full / 10) : full
}
