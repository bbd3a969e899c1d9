import {
  emptySimulatedMessage,
  emptySimulator,
  type SimulatorStatus
} from '../../src/shared/contract/simulators'
import { scaled, type Case } from '../case'
import { cpuSeconds, residentBytes } from '../proc'
import { PROFILE_ID, writeProfile } from '../profiles'
import { Program } from '../program'
import { seconds, temporaryFolder } from '../scratch'
import type { SimulatorSinkNews } from '../simulator-protocol'
import { Treetop } from '../treetop'

const DEVICES = 10_000
const RATE = 20_000
const SECONDS = 30

/** Whether many simulated devices hold the rate that is asked of them. */
export const simulator: Case = {
  name: 'simulator',
  states:
    '10,000 devices that publish 20,000 msg/s at QoS 0 to a program that counts, each message made of a template with a random walk; 30 s from 3 s after the last device connected',
  async run(options) {
    const devices = scaled(DEVICES, options)
    const sink = new Program<SimulatorSinkNews>('simulator-sink')
    const { port } = await sink.hear('listening')
    const directory = temporaryFolder()
    writeProfile(directory, port, { connectAtLaunch: false })
    const treetop = new Treetop(directory)
    await treetop.start()
    const before = residentBytes(treetop.pid)
    let status: SimulatorStatus | undefined
    treetop.api.on('simulators.changed', ([first]) => (status = first))
    const { faults } = await treetop.api.call('simulators.start', {
      ...{ collection: 'default', path: 'bench.simulator.yaml', profileId: PROFILE_ID },
      simulator: {
        ...{ ...emptySimulator, clients: String(devices), clientId: 'device-{{device}}', rampUp: '20' },
        messages: [
          {
            ...{ ...emptySimulatedMessage, topic: 'plant/{{device}}/temperature', format: 'json' },
            payload: '{"device": {{device}}, "temperature": {{$walk min=18 max=24}}}',
            every: String((devices * 1_000) / scaled(RATE, options))
          }
        ]
      }
    })
    if (faults.length > 0) throw new Error(JSON.stringify(faults))
    while (status?.connected !== devices) await seconds(0.5)
    await seconds(3)
    const cpu = cpuSeconds(treetop.pid)
    sink.tell({ kind: 'begin' })
    await seconds(scaled(SECONDS, options))
    sink.tell({ kind: 'end' })
    const { messages, milliseconds, perSecond, clients } = await sink.hear('counted')
    const used = (cpuSeconds(treetop.pid) - cpu) / (milliseconds / 1_000)
    const memory = residentBytes(treetop.pid) - before
    const { lateness, missed } = status
    await treetop.stop()
    await sink.stop()
    const rate = (messages / milliseconds) * 1_000
    return [
      {
        what: 'rate held by 10,000 devices, over the 20,000 msg/s asked',
        value: rate / scaled(RATE, options),
        unit: '×',
        target: { least: 0.99, most: 1.01 },
        details: { rate, perSecond, clients }
      },
      { what: 'not sent in time', value: missed, unit: 'messages', target: { least: 0, most: 0 } },
      { what: 'lateness, p99', value: lateness.p99, unit: 'ms', target: null, details: { ...lateness } },
      { what: 'CPU of Treetop', value: used, unit: 'cores', target: null },
      {
        what: 'resident memory, per device',
        value: memory / devices,
        unit: 'bytes',
        target: null
      }
    ]
  }
}
