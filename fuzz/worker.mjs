// Runs one target's inputs in a separate thread, so that a hang does not block the watching thread.
import { fileURLToPath } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import { runnerImport } from 'vite'

const root = fileURLToPath(new URL('..', import.meta.url))
const { target, inputs, seed, progress } = workerData
const load = async (file) =>
  (await runnerImport(`${root}fuzz/${file}`, { root, configFile: false, logLevel: 'error' })).module
const current = new Int32Array(progress)
const began = (input) => {
  current[0] = input + 1
}
const round =
  target === 'broker'
    ? await (await load('broker/round.ts')).runBrokerRound(inputs, seed, began)
    : (await load('round.ts')).runRound(target, inputs, seed, began)
parentPort.postMessage(round)
