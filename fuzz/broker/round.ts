import { heapUsed, type Round } from '../round'
import { Dice } from './dice'
import { nextSequence, written, type Step } from './sequence'
import { nextSetting, Stage, type Setting } from './stage'

/** Sequences for one broker, which keeps its sessions and retained messages from each to the next. */
const BATCH = 50
/** Attempts to make a failing batch smaller. */
const ATTEMPTS = 2_000

/** A batch that fails. */
interface Failure {
  message: string
  setting: Setting
  steps: Step[]
}

/** Plays sequences on the broker's core, the same for the same seed. `began` is called with each sequence's number. */
export async function runBrokerRound(
  inputs: number,
  seed: number,
  began: (input: number) => void = () => undefined
): Promise<Round> {
  const round: Round = { inputs, longest: 0, longestInput: 0, growth: 0, crash: null }
  const settled = Math.floor(inputs / 10)
  let heap = 0
  for (let number = 0; number < inputs; number += BATCH) {
    if (heap === 0 && number >= settled) heap = heapUsed()
    began(number)
    const dice = new Dice(Math.imul(seed + number, 0x9e3779b1))
    const setting = nextSetting(dice)
    const sequences = Array.from({ length: Math.min(BATCH, inputs - number) }, () => nextSequence(dice))
    const started = performance.now()
    const message = await faultOf(setting, sequences)
    const took = (performance.now() - started) / sequences.length
    if (message !== null) {
      const smaller = await minimised({ message, setting, steps: sequences.flat() }, (attempt) =>
        began(number + (attempt % 2))
      )
      round.crash = `sequences from ${number}, seed ${seed}: ${message}\n${JSON.stringify(setting)}\n${written(smaller.steps)}\n${smaller.message}`
      return round
    }
    if (took <= round.longest) continue
    round.longest = took
    round.longestInput = number
  }
  round.growth = heapUsed() - heap
  return round
}

/** What goes wrong when sequences are played on one broker; null: nothing. */
async function faultOf(setting: Setting, sequences: readonly Step[][]): Promise<string | null> {
  const stray: Error[] = []
  const catchStray = (error: Error): void => void stray.push(error)
  process.on('uncaughtException', catchStray)
  process.on('unhandledRejection', catchStray)
  const stage = new Stage(setting)
  try {
    for (const sequence of sequences) {
      await stage.play(sequence)
      if (stray[0]) throw stray[0]
    }
    await stage.finish()
    if (stray[0]) throw stray[0]
    return null
  } catch (error) {
    return (error as Error).stack ?? String(error)
  } finally {
    stage.remove()
    process.off('uncaughtException', catchStray)
    process.off('unhandledRejection', catchStray)
  }
}

/** Leaves out steps as long as it still fails. `tried` is called before each attempt, as a sign of life. */
async function minimised(failure: Failure, tried: (attempt: number) => void): Promise<Failure> {
  let smallest = failure
  let attempts = 0
  const stillFails = async (steps: Step[]): Promise<boolean> => {
    if (attempts++ > ATTEMPTS) return false
    tried(attempts)
    const message = await faultOf(failure.setting, [steps])
    if (message === null) return false
    smallest = { ...failure, message, steps }
    return true
  }
  for (let size = Math.ceil(failure.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
    for (let at = 0; at < smallest.steps.length;) {
      const without = smallest.steps.toSpliced(at, size)
      if (!(await stillFails(without))) at += size
    }
  return smallest
}
