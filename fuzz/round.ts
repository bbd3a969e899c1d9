import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { nextInput } from './inputs'
import { Random } from './random'
import { targets } from './targets'

/** An input that takes longer than this, in ms of the thread's CPU time, counts as a hang. */
export const HANG = 200
/** How often a slow input is repeated: a garbage collection may have come in between. */
const AGAIN = 4

/** The result of one decoder's inputs. */
export interface Round {
  inputs: number
  /** The longest CPU time that an input took, in ms, and the number of that input (from 0). */
  longest: number
  longestInput: number
  /** Heap growth in bytes from the first tenth of the inputs to the end. */
  growth: number
  /** The error thrown, with the number of its input; null if none was. */
  crash: string | null
}

/**
 * Runs a decoder on its inputs, which are the same for the same seed. `began` is called with each input's number before decoding, so that
 * the watching thread can tell which input never ends.
 */
export function runRound(
  targetIndex: number,
  inputs: number,
  seed: number,
  began: (input: number) => void = () => undefined
): Round {
  const { samples, run } = targets[targetIndex]!
  const random = new Random(seed + targetIndex * 7_919)
  const round: Round = { inputs, longest: 0, longestInput: 0, growth: 0, crash: null }
  const settled = Math.floor(inputs / 10)
  let heap = 0
  for (let number = 0; number < inputs; number++) {
    if (number === settled) heap = heapUsed()
    const input = nextInput(random, samples)
    began(number)
    try {
      const took = timeOf(() => run(input))
      if (took <= round.longest) continue
      round.longest = took
      round.longestInput = number
    } catch (error) {
      round.crash = `input ${number}: ${(error as Error).stack ?? String(error)}`
      return round
    }
  }
  round.growth = heapUsed() - heap
  return round
}

/** CPU time of this thread in ms, which other programs do not lengthen; for slow work, the shortest of several attempts. */
function timeOf(work: () => void): number {
  let shortest = Infinity
  for (let tries = 0; tries === 0 || (shortest > HANG && tries < AGAIN); tries++) {
    const before = process.threadCpuUsage()
    work()
    const { user, system } = process.threadCpuUsage(before)
    shortest = Math.min(shortest, (user + system) / 1_000)
  }
  return shortest
}

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Bytes in use after a garbage collection. */
export function heapUsed(): number {
  collect()
  return process.memoryUsage().heapUsed
}
