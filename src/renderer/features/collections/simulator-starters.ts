import {
  emptySimulatedMessage,
  emptySimulator,
  type SavedSimulator
} from '../../../shared/contract/simulators'

const json = { ...emptySimulatedMessage, format: 'json' as const }

/** What a new simulator begins with. */
export const thermometer: SavedSimulator = {
  ...emptySimulator,
  clientId: 'thermometer-{{device}}',
  messages: [
    {
      ...json,
      topic: 'rooms/{{device}}/temperature',
      payload: '{"temperature": {{$walk min=18 max=26 step=0.2}}, "unit": "°C"}'
    }
  ]
}

/** Lines of a plant, each of which is what the demo devices of the local broker are. */
export const plant: SavedSimulator = {
  ...emptySimulator,
  clients: '5',
  clientId: 'plant-line{{device}}',
  messages: [
    {
      ...json,
      topic: 'plant/line{{device}}/oven/telemetry',
      payload:
        '{"temperature": {{$sine min=176 max=184 period=47}}, "unit": "°C", "power": {{$random 3300 5100}}}'
    },
    {
      ...emptySimulatedMessage,
      topic: 'plant/line{{device}}/conveyor/parts',
      payload: '{{$counter start=1000}}',
      qos: 1,
      every: '500'
    },
    {
      ...json,
      topic: 'plant/line{{device}}/press/telemetry',
      payload: '{"pressure": {{$sine min=90 max=102 period=19}}, "unit": "bar", "cycle": {{$counter}}}'
    },
    {
      ...emptySimulatedMessage,
      topic: 'plant/line{{device}}/press/status',
      payload: 'online',
      qos: 1,
      retain: true,
      every: '10000'
    }
  ]
}
