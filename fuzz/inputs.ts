import { deflateSync, gzipSync } from 'node:zlib'
import type { Random } from './random'
import { hostile } from './samples'

/** One in so many inputs is a hostile one: they take thousands of times as long as others. */
const HOSTILE_EVERY = 2_000
/** An input that grew beyond so many bytes is cut. */
const LONGEST = 100_000

/** Bytes that mean something to one format or another: lengths, markers, brackets. */
const TELLING = Buffer.from(
  '00017f80818fa0bfc0c1d9dadcdddfe0ff1f8b789c0a127b7d5b5d223c3e2f265c4f626a01',
  'hex'
)

/** The next input: a valid sample with some faults, most of the time. */
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
      // A part of it again, as often as it takes to nest or to repeat.
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
