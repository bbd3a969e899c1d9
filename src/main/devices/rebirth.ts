/** The data type Boolean (Sparkplug 3.0, 6.4.16). */
const BOOLEAN = 11

/**
 * The payload of an NCMD that requests an edge node's births: `Node Control/Rebirth` is true
 * (operational-behavior-data-commands-rebirth-name, -value). It uses the name even if there are aliases, and has a time but no sequence
 * number (payloads-ncmd-timestamp, payloads-ncmd-seq). `now` in ms since 1970 UTC.
 */
export function rebirthPayload(now: number): Buffer {
  const name = Buffer.from('Node Control/Rebirth')
  const metric = [(1 << 3) | 2, name.length, ...name, 3 << 3, ...varint(now), 4 << 3, BOOLEAN, 14 << 3, 1]
  return Buffer.from([1 << 3, ...varint(now), (2 << 3) | 2, metric.length, ...metric])
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
}
