import { describe, expect, it } from 'vitest'
import {
  emptySimulatedMessage,
  emptySimulator,
  type SavedSimulator
} from '../../../shared/contract/simulators'
import { readSimulator, writeSimulator } from './simulator-file'

const written = `# Line 1
name: Thermometers
clients: 100 # all of them
clientId: thermo-{{device}}
rampUp: 2.5
devices: devices.csv
messages:
  # warm
  - topic: rooms/{{id}}/temperature
    payload: '{"t": {{$walk min=18 max=24}}}'
    format: json
    every: 500
  - topic: rooms/{{id}}/state
    payload: on
    qos: 1
    retain: true
    every: 10000
`
const simulator: SavedSimulator = {
  ...emptySimulator,
  ...{ clients: '100', clientId: 'thermo-{{device}}', rampUp: '2.5', devices: 'devices.csv' },
  messages: [
    {
      ...emptySimulatedMessage,
      ...{
        topic: 'rooms/{{id}}/temperature',
        payload: '{"t": {{$walk min=18 max=24}}}',
        format: 'json',
        every: '500'
      }
    },
    {
      ...emptySimulatedMessage,
      topic: 'rooms/{{id}}/state',
      payload: 'on',
      qos: 1,
      retain: true,
      every: '10000'
    }
  ]
}

describe('the file of a simulator', () => {
  it('is read and written as a person writes it', () => {
    expect(readSimulator('a.simulator.yaml', written)).toMatchObject({
      name: 'Thermometers',
      simulator,
      faults: []
    })
    expect(writeSimulator(written, { simulator })).toBe(written)
    const fresh = writeSimulator('', { name: 'Thermometers', simulator })!
    expect(readSimulator('', fresh)).toMatchObject({ name: 'Thermometers', simulator, faults: [] })
  })

  it('keeps comments when it changes', () => {
    const [first, second] = simulator.messages as [
      SavedSimulator['messages'][0],
      SavedSimulator['messages'][0]
    ]
    const changed = writeSimulator(written, {
      simulator: { ...simulator, clients: '200', rampUp: '', messages: [{ ...first, every: '250' }, second] }
    })
    expect(changed).toBe(
      written
        .replace('clients: 100', 'clients: 200')
        .replace('rampUp: 2.5\n', '')
        .replace('every: 500', 'every: 250')
    )
    const fewer = writeSimulator(written, { simulator: { ...simulator, messages: [first] } })!
    expect(readSimulator('', fewer).simulator?.messages).toEqual([first])
  })

  it('has faults that say where', () => {
    const faults = (text: string) =>
      readSimulator('a', text).faults.map(({ code, line, key }) => [code, line, key])
    expect(faults('messages: 5\n')).toEqual([['WRONG_TYPE', 1, 'messages']])
    expect(faults('clients: 5\nmessages:\n  - topic: a\n    qos: 3\n')).toEqual([
      ['WRONG_TYPE', 4, 'messages.0.qos']
    ])
    expect(faults('client: 5\n')).toEqual([['UNKNOWN_KEY', 1, 'client']])
    expect(writeSimulator('messages: 5\n', { simulator })).toBeNull()
  })
})
