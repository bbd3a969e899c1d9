import { deflateSync, gzipSync } from 'node:zlib'
import type { Random } from './random'
import { hostile } from './samples'

/** One in this many inputs is hostile: hostile inputs take thousands of times as long as others. */
const HOSTILE_EVERY = 2_000
/** Inputs longer than this many bytes are truncated. */
const LONGEST = 100_000

/** Bytes with a meaning in some format: lengths, markers, brackets. */
const TELLING = Buffer.from(
  '00017f80818fa0bfc0c1d9dadcdddfe0ff1f8b789c0a127b7d5b5d223c3e2f265c4f626a01',
  'hex'
)

/** The next input: usually a valid sample with some mutations. */
export function nextInput(random: Random, samples: readonly Uint8Array[]): Uint8Array {
  if (random.below(HOSTILE_EVERY) === 0) {
    const whole = random.pick(hostile)
    return random.below(2) === 0 ? whole : mutated(random, whole)
  }
  if (random.below(20) === 0) return random.bytes(random.below(64))
  let input: Uint8Array = random.pick(samples)
  for (let faults = random.below(4); faults >= 0; faults--) input = mutated(random, input)
  const wrapping = random.below(50)
  if (wrapping === 0) return gzipSync(input, { level: 1 })
  return wrapping === 1 ? deflateSync(input, { level: 1 }) : input
}

function mutated(random: Random, from: Uint8Array): Uint8Array {
  const bytes = Buffer.from(from)
  const at = random.below(bytes.length + 1)
  switch (random.below(7)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return bytes.subarray(at)
    case 2:
      bytes[at] = random.below(256)
      return bytes
    case 3:
      bytes[at] = random.pick([...TELLING])
      return bytes
    case 4:
      return Buffer.concat([bytes.subarray(0, at), random.bytes(random.below(9)), bytes.subarray(at)])
    case 5: {
      // Repeat a part of it, often enough to create nesting or repetition.
      const part = bytes.subarray(at, at + random.below(40))
      const again = Array.from({ length: random.below(8) }, () => part)
      return Buffer.concat([bytes.subarray(0, at), ...again, bytes.subarray(at)]).subarray(0, LONGEST)
    }
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        bytes.subarray(Math.min(bytes.length, at + random.below(9)))
      ])
  }
}
