// Runs before the script of a utility process: `process.parentPort` as Electron has it, and no `process.send`.
import { EventEmitter } from 'node:events'

const { send } = process
const parentPort = Object.assign(new EventEmitter(), {
  /** @param {unknown} data */
  postMessage: (data) => void send?.call(process, data, undefined, undefined, () => undefined)
})
process.on('message', (data) => void parentPort.emit('message', { data, ports: [] }))
process.on('disconnect', () => process.exit(0))
Object.assign(process, { parentPort, send: undefined })
