// Node also runs this file directly, from programs/, so it must not import anything.

/** Topic layout: `plant/areaA/lineL/sensorN`, with `siblings` sensors per line and ten lines per area. */
export interface Topics {
  count: number
  /** Minimum length of a name in bytes; ASCII. */
  length: number
  siblings: number
}

/** The name of a topic in a layout. */
export function topicAt({ length, siblings }: Topics, index: number): string {
  return `${lineOf(siblings, index)}/sensor${index}`.padEnd(length, '-')
}

/** All branches of a layout, outermost first. */
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

/** A JSON payload of exactly this many bytes (at least 40), with a value that depends on the seed. */
export function payloadAt(bytes: number, seed: number): string {
  const start = `{"value":${((seed * 7_919) % 100_000) / 100},"ok":${seed % 3 > 0},"unit":"kPa","note":"`
  return `${start.padEnd(bytes - 2, 'n')}"}`
}
