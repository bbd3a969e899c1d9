import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { HANG, type Round } from './round'
import { targets } from './targets'

const USAGE = `Usage: npm run fuzz -- [TARGET] [--inputs N] [--seed N] [--only TEXT]

Gives each decoder a million inputs (--inputs), valid ones with faults and hostile ones, the same for the same --seed. --only takes the decoders
whose names hold a text. Fails on a crash, on an input that takes more than ${HANG} ms, and when memory grows.

The target "broker" plays a million sequences of packets of up to four clients on the core of Treetop's own broker. It also fails if anything is
left of them: a connection, a session, a subscription or a timer. It prints the shortest sequence found that still fails.
`

/** Heap growth in bytes that does not count as a leak. */
const GROWTH = 16 * 1_048_576
/** How often a thread is checked, and how long it may spend on one input before it is given up, in ms. */
const LOOK_EVERY = 500
const GIVE_UP = 10_000

/** `npm run fuzz`. Resolves to the exit code. */
export async function main(argv: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      inputs: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', default: '' },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const [inputs, seed] = [Number(values.inputs), Number(values.seed)]
  if (!Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed)) {
    process.stderr.write(USAGE)
    return 2
  }
  let failed = 0
  for (const [index, name] of [...targets.map((target) => target.name), 'broker'].entries()) {
    if (positionals.length > 0 && !positionals.includes(name)) continue
    if (!name.toLowerCase().includes(values.only.toLowerCase())) continue
    const started = performance.now()
    const isBroker = index === targets.length
    const round = await inThread(isBroker ? 'broker' : index, inputs, seed)
    // A broker's sequences cannot be repeated one by one to see whether the machine was busy.
    const faults = faultsOf(round, isBroker ? GIVE_UP : HANG)
    if (faults.length > 0) failed++
    process.stdout.write(`${lineOf(name, round, performance.now() - started)}${faults.join('')}\n`)
  }
  return failed > 0 ? 1 : 0
}

function faultsOf({ crash, longest, longestInput, growth }: Round, hang: number): string[] {
  return [
    ...(crash === null ? [] : [`\n  ✗ ${crash}`]),
    ...(longest > hang ? [`\n  ✗ input ${longestInput} takes more than ${hang} ms`] : []),
    ...(growth > GROWTH ? ['\n  ✗ the heap grew'] : [])
  ]
}

function lineOf(name: string, { inputs, longest, growth }: Round, took: number): string {
  const columns = [
    name.padEnd(24),
    `${inputs.toLocaleString('en')} inputs`.padStart(18),
    `longest ${longest.toFixed(1)} ms`.padStart(18),
    `heap ${growth < 0 ? '−' : '+'}${(Math.abs(growth) / 1_048_576).toFixed(1)} MB`.padStart(16),
    `${(took / 1_000).toFixed(0)} s`.padStart(7)
  ]
  return columns.join('  ')
}

/** Runs and watches one decoder's round in a thread. If the thread exits or stays on one input, that input has failed. */
function inThread(target: number | 'broker', inputs: number, seed: number): Promise<Round> {
  const progress = new SharedArrayBuffer(4)
  const current = new Int32Array(progress)
  const worker = new Worker(resolve(import.meta.dirname, 'worker.mjs'), {
    workerData: { target, inputs, seed, progress }
  })
  const failedWith = (crash: string): Round => ({ inputs, longest: 0, longestInput: 0, growth: 0, crash })
  return new Promise((done) => {
    let seen = 0
    let since = performance.now()
    const watch = setInterval(() => {
      const now = current[0]!
      if (now !== seen) {
        seen = now
        since = performance.now()
      } else if (now > 0 && now < inputs && performance.now() - since > GIVE_UP) {
        end(failedWith(`input ${now - 1} has not ended after ${GIVE_UP / 1_000} s`))
      }
    }, LOOK_EVERY)
    const end = (round: Round): void => {
      clearInterval(watch)
      void worker.terminate()
      done(round)
    }
    worker.once('message', (round: Round) => end(round))
    worker.once('error', (error: Error) => end(failedWith(`input ${current[0]! - 1}: ${error.message}`)))
  })
}
