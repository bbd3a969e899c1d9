import type { Qos } from '../../shared/message'

/** A message that a demo device publishes. */
export interface DemoMessage {
  topic: string
  payload: string | Uint8Array
  qos: Qos
  retain: boolean
  /** MQTT 5 only. */
  contentType?: string
}

/** One device: its messages on connecting, its messages from then on, and its will. */
export interface DemoDevice {
  clientId: string
  version: 4 | 5
  will?: { topic: string; payload: string }
  born: DemoMessage[]
  /** Interval in ms between calls of `at`, which returns the messages at a moment, `seconds` after the start. */
  every: number
  messagesAt(seconds: number, count: number): DemoMessage[]
}

/** How often the press fails, and how long it then stays away, in seconds. */
export const PRESS_FAILS_EVERY = 120
export const PRESS_AWAY = 8

/** A small, believable plant and a home beside it. Values are smooth functions of time, so that their charts look realistic. */
export const devices: readonly DemoDevice[] = [
  {
    clientId: 'demo-line1-oven',
    version: 5,
    born: [
      retained('plant/line1/oven/info', { model: 'TK-400', serial: 'A1-0042', firmware: '2.4.1', zones: 3 }),
      { ...retained('plant/line1/oven/setpoint', '180.0'), qos: 2 }
    ],
    every: 1_000,
    messagesAt(seconds) {
      const temperature = 180 + wave(seconds, 47, 4) + wave(seconds, 11, 0.8)
      return [
        plain('plant/line1/oven/temperature', temperature.toFixed(1)),
        json('plant/line1/oven/telemetry', {
          temperature: round(temperature, 1),
          unit: '°C',
          power: Math.round(4_200 + wave(seconds, 47, 900)),
          door: 'closed',
          zones: [0, 1, 2].map((zone) => round(temperature + wave(seconds + zone * 9, 31, 3), 1))
        })
      ]
    }
  },
  {
    clientId: 'demo-line1-conveyor',
    version: 4,
    born: [{ ...retained('plant/line1/conveyor/status', 'running'), qos: 1 }],
    every: 500,
    messagesAt: (seconds, count) => [
      { ...plain('plant/line1/conveyor/parts', String(1_000 + count)), qos: 1 },
      plain('plant/line1/conveyor/speed', (0.45 + wave(seconds, 23, 0.05)).toFixed(3))
    ]
  },
  {
    clientId: 'demo-line2-press',
    version: 5,
    will: { topic: 'plant/line2/press/status', payload: 'offline' },
    born: [{ ...retained('plant/line2/press/status', 'online'), qos: 1 }],
    every: 1_000,
    messagesAt: (seconds, count) => [
      json('plant/line2/press/telemetry', {
        pressure: round(96 + wave(seconds, 19, 6), 2),
        unit: 'bar',
        cycle: count,
        oil: {
          temperature: round(41 + wave(seconds, 90, 3), 1),
          level: round(0.82 + wave(seconds, 300, 0.05), 2)
        }
      }),
      { topic: 'plant/line2/press/vibration', payload: vibration(seconds), qos: 0, retain: false },
      ...(count % 30 === 10 ? [alarm('raised', 'Pressure above 101 bar')] : []),
      ...(count % 30 === 16 ? [alarm('cleared', 'Pressure above 101 bar')] : [])
    ]
  },
  {
    clientId: 'demo-home',
    version: 4,
    born: [
      { ...retained('home/living room/light', 'ON'), qos: 1 },
      { ...retained('home/kitchen/light', 'OFF'), qos: 1 },
      retained('home/garden/valve', { state: 'closed', flow: 0 })
    ],
    every: 2_000,
    messagesAt: (seconds, count) => [
      plain('home/living room/temperature', (21.4 + wave(seconds, 240, 0.6)).toFixed(2)),
      plain('home/living room/humidity', (47 + wave(seconds, 180, 3)).toFixed(0)),
      plain('home/kitchen/temperature', (22.8 + wave(seconds, 200, 0.9)).toFixed(2)),
      json('home/energy', {
        watts: Math.round(420 + wave(seconds, 60, 180)),
        total_kwh: round(18_230 + seconds / 3_600, 3)
      }),
      ...(count % 15 === 7
        ? [{ ...retained('home/kitchen/light', count % 30 === 7 ? 'ON' : 'OFF'), qos: 1 as const }]
        : [])
    ]
  },
  {
    clientId: 'demo-weather',
    version: 5,
    born: [],
    every: 5_000,
    messagesAt: (seconds) => [
      {
        ...json('weather/roof', {
          temperature: round(12.1 + wave(seconds, 600, 2), 1),
          wind: {
            speed: round(3.4 + wave(seconds, 37, 1.5), 1),
            direction: Math.round(200 + wave(seconds, 120, 40))
          },
          rain: false
        }),
        qos: 1
      }
    ]
  }
]

/** 64 bytes: a header, a count, and 28 samples of 16 bits, as a small sensor would send them. */
export function vibration(seconds: number): Uint8Array {
  const frame = new DataView(new ArrayBuffer(64))
  frame.setUint16(0, 0x5442)
  frame.setUint16(2, 28)
  frame.setFloat32(4, seconds)
  for (let i = 0; i < 28; i++)
    frame.setInt16(8 + i * 2, Math.round(wave(seconds * 40 + i, 7, 9_000) + wave(i, 3, 2_500)))
  return new Uint8Array(frame.buffer)
}

function wave(seconds: number, period: number, height: number): number {
  return height * Math.sin((2 * Math.PI * seconds) / period)
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits))
}

function plain(topic: string, payload: string): DemoMessage {
  return { topic, payload, qos: 0, retain: false }
}

function json(topic: string, value: object): DemoMessage {
  return { topic, payload: JSON.stringify(value), qos: 0, retain: false, contentType: 'application/json' }
}

function retained(topic: string, value: string | object): DemoMessage {
  return { topic, payload: typeof value === 'string' ? value : JSON.stringify(value), qos: 0, retain: true }
}

function alarm(state: 'raised' | 'cleared', text: string): DemoMessage {
  return {
    topic: 'plant/line2/press/alarm',
    payload: JSON.stringify({ state, text, priority: 2 }),
    qos: 2,
    retain: true
  }
}
