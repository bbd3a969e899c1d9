import type { FaultSpec } from '../../shared/contract/faults'
import { LEARN_ROOT, type ActionOf, type LearnAction, type LessonId } from '../../shared/lessons'
import type { ClientPlan, LearnerClient } from './learner-client'
import type { SnNode } from './sn-node'

/** What an action can do. */
export interface Stage {
  sensor: LearnerClient
  phone: LearnerClient
  node: SnNode
  /** Switches a fault on instead of the lesson's other ones. */
  fault: (...specs: FaultSpec[]) => Promise<void>
  /** Switches the lesson's faults off. */
  repair: () => Promise<void>
}

type Act = (stage: Stage) => unknown

interface Script<L extends LessonId> {
  sensor?: Partial<ClientPlan>
  phone?: Partial<ClientPlan>
  /** Done when the lesson is opened, so that a lesson begins with what it is about. */
  setup: Act[]
  actions: Record<ActionOf<L>, Act>
  /** By step: what the steps before it have left, for a learner who comes back there. */
  resume?: Record<string, LearnAction[]>
}

/** Faults end by themselves if a lesson is left open. */
const FAULT_SECONDS = 1_800
/** Seconds for which the MQTT-SN node says it sleeps. */
const SLEEP_SECONDS = 600
export const KEEP_ALIVE_SECONDS = 4

const topic = (name: string): string => `${LEARN_ROOT}/${name}`
const connectSensor: Act = ({ sensor }) => sensor.connect()
const connectPhone: Act = ({ phone }) => phone.connect()
const will = { topic: topic('will/sensor'), payload: 'gone' }

const publish =
  (from: 'sensor' | 'phone', to: string, payload: string, qos: 0 | 1 | 2 = 0, retain = false): Act =>
  (stage) =>
    stage[from].publish({ topic: topic(to), payload, qos, retain })
const subscribe =
  (filter: string, qos: 0 | 1 | 2 = 0): Act =>
  ({ phone }) =>
    phone.subscribe(topic(filter), qos)
const times =
  (count: number, act: (index: number) => Act): Act =>
  (stage) => {
    for (let index = 1; index <= count; index++) act(index)(stage)
  }

/** Withholds the next acknowledgement of a type for a message of the lesson. */
const loseNext =
  (type: 'PUBACK' | 'PUBREC', filter: string): Act =>
  ({ fault }) =>
    fault({
      kind: 'withhold',
      seconds: FAULT_SECONDS,
      rate: { by: 'count', every: 1 },
      times: 1,
      seed: 1,
      scope: { clientId: null, listener: null, filter: topic(filter) },
      packets: [type]
    })

/** Refuses the sensor, and the learner's own program, and has the sensor try. */
const refuse =
  (returnCode: number): Act =>
  async ({ fault, sensor }) => {
    const refusal = (clientId: string): FaultSpec => ({
      kind: 'connack',
      seconds: FAULT_SECONDS,
      rate: { by: 'count', every: 1 },
      times: null,
      seed: 1,
      scope: { clientId, listener: null },
      returnCode,
      reasonCode: null
    })
    await sensor.disconnect()
    await fault(refusal(sensor.id), refusal('learn-code'))
    await sensor.connect()
  }

export const scripts: { [L in LessonId]: Script<L> } = {
  topics: {
    setup: [],
    actions: {
      'phone.connect': connectPhone,
      'phone.subscribe': subscribe('hello'),
      'sensor.connect': connectSensor,
      'sensor.publish': publish('sensor', 'hello', 'from the sensor'),
      'phone.publish': publish('phone', 'hello', 'from the phone')
    },
    resume: {
      subscribe: ['phone.connect'],
      publish: ['phone.connect', 'phone.subscribe'],
      echo: ['phone.connect', 'phone.subscribe', 'sensor.connect']
    }
  },
  wildcards: {
    setup: [connectSensor, connectPhone],
    actions: {
      'phone.subscribePlus': subscribe('home/+/temperature'),
      'phone.subscribeHash': subscribe('home/#'),
      'sensor.kitchenTemperature': publish('sensor', 'home/kitchen/temperature', '21.5'),
      'sensor.bathTemperature': publish('sensor', 'home/bath/temperature', '23.0'),
      'sensor.kitchenHumidity': publish('sensor', 'home/kitchen/humidity', '48')
    },
    resume: { miss: ['phone.subscribePlus'], hash: ['phone.subscribePlus'] }
  },
  qos0: {
    setup: [connectSensor, connectPhone, subscribe('qos0')],
    actions: {
      'network.lose': ({ fault }) =>
        fault({
          kind: 'loss',
          seconds: FAULT_SECONDS,
          rate: { by: 'count', every: 3 },
          times: null,
          seed: 1,
          scope: { clientId: null, listener: null, filter: topic('qos0') },
          packets: 'publish'
        }),
      'network.repair': ({ repair }) => repair(),
      'sensor.publish10': times(10, (index) => publish('sensor', 'qos0', `reading ${index}`))
    },
    resume: { send: ['network.lose'], repair: ['network.lose'] }
  },
  qos1: {
    sensor: { clean: false },
    setup: [connectSensor, connectPhone, subscribe('qos1', 1)],
    actions: {
      'sensor.publish': publish('sensor', 'qos1', 'open the door', 1),
      'network.losePuback': loseNext('PUBACK', 'qos1'),
      'sensor.reconnect': ({ sensor }) => sensor.reconnect()
    },
    resume: { again: ['network.losePuback', 'sensor.publish'] }
  },
  qos2: {
    sensor: { clean: false },
    setup: [connectSensor, connectPhone, subscribe('qos2', 2)],
    actions: {
      'sensor.publish': publish('sensor', 'qos2', 'pay 5 coins', 2),
      'network.losePubrec': loseNext('PUBREC', 'qos2'),
      'sensor.reconnect': ({ sensor }) => sensor.reconnect()
    },
    resume: { once: ['network.losePubrec', 'sensor.publish'] }
  },
  session: {
    phone: { clean: false },
    setup: [connectSensor, connectPhone, subscribe('session', 1)],
    actions: {
      'phone.disconnect': ({ phone }) => phone.disconnect(),
      'sensor.publish3': times(3, (index) => publish('sensor', 'session', `news ${index}`, 1)),
      'phone.connect': connectPhone
    },
    resume: { wait: ['phone.disconnect'], back: ['phone.disconnect', 'sensor.publish3'] }
  },
  retained: {
    sensor: { will },
    setup: [connectSensor, connectPhone],
    actions: {
      'sensor.retain': publish('sensor', 'retained', '21.5', 0, true),
      'phone.subscribe': async (stage) => {
        await subscribe('retained')(stage)
        await subscribe('will/#')(stage)
      },
      'sensor.cut': ({ sensor }) => sensor.cut()
    },
    resume: { late: ['sensor.retain'], will: ['sensor.retain', 'phone.subscribe'] }
  },
  connack: {
    setup: [],
    actions: {
      'sensor.connect': async ({ sensor, repair }) => {
        await repair()
        await sensor.connect()
      },
      'refuse.1': refuse(1),
      'refuse.2': refuse(2),
      'refuse.3': refuse(3),
      'refuse.4': refuse(4),
      'refuse.5': refuse(5)
    }
  },
  keepalive: {
    sensor: { keepAlive: KEEP_ALIVE_SECONDS, will },
    setup: [connectPhone, subscribe('will/#')],
    actions: {
      'sensor.connect': connectSensor,
      'sensor.silence': ({ sensor }) => sensor.silence()
    },
    resume: { silent: ['sensor.connect'] }
  },
  sn: {
    setup: [connectPhone, subscribe('sn/temperature', 1)],
    actions: {
      'node.connect': ({ node }) => node.connect(),
      'node.publish': ({ node }) => node.publish(topic('sn/temperature'), '19.0'),
      'node.subscribe': ({ node }) => node.subscribe(topic('sn/led')),
      'node.sleep': ({ node }) => node.sleep(SLEEP_SECONDS),
      'node.wake': ({ node }) => node.wake(),
      'phone.publish': publish('phone', 'sn/led', 'on', 1)
    },
    resume: {
      publish: ['node.connect'],
      sleep: ['node.connect'],
      wake: ['node.connect', 'node.subscribe', 'node.sleep', 'phone.publish']
    }
  }
}
