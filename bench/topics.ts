// Node runs this file as it is, in programs/, too: it imports nothing.

/** How topics are laid out: `plant/areaA/lineL/sensorN`, as many sensors a line as `siblings` says, ten lines an area. */
export interface Topics {
  count: number
  /** Bytes of a name, at least; ASCII. */
  length: number
  siblings: number
}

/** The name of one of a layout's topics. */
export function topicAt({ length, siblings }: Topics, index: number): string {
  return `${lineOf(siblings, index)}/sensor${index}`.padEnd(length, '-')
}

/** Every branch of a layout, outermost first. */
export function branchesOf({ count, siblings }: Topics): string[] {
  const lines = Array.from({ length: Math.ceil(count / siblings) }, (_, line) =>
    lineOf(siblings, line * siblings)
  )
  const areas = lines.map((line) => line.slice(0, line.lastIndexOf('/')))
  return ['plant', ...new Set(areas), ...lines]
}

function lineOf(siblings: number, index: number): string {
  const line = Math.floor(index / siblings)
  return `plant/area${Math.floor(line / 10)}/line${line % 10}`
}

/** A JSON payload of exactly so many bytes (40 at least), with a value that differs by seed. */
export function payloadAt(bytes: number, seed: number): string {
  const start = `{"value":${((seed * 7_919) % 100_000) / 100},"ok":${seed % 3 > 0},"unit":"kPa","note":"`
  return `${start.padEnd(bytes - 2, 'n')}"}`
}
