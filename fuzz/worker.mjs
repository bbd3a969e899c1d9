// Runs one decoder's inputs in a separate thread, so that a hang does not block the watching thread.
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { runnerImport } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const { module } = await runnerImport(`${root}fuzz/round.ts`, { root, configFile: false, logLevel: 'error' })
const { target, inputs, seed, progress } = workerData
const current = new Int32Array(progress)
const round = module.runRound(target, inputs, seed, (input) => {
  current[0] = input + 1
})
parentPort.postMessage(round)
