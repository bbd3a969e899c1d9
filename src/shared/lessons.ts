/** One of the learner's clients; `code` is the learner's own program. */
export type LearnRole = 'sensor' | 'phone' | 'node' | 'code'

/**
 * Client ids of the lessons. The learner's own programs count under `learn-code` and `learn-code-2`, which the shown programs use.
 */
export const LEARN_CLIENTS: readonly { id: string; role: LearnRole }[] = [
  { id: 'learn-sensor', role: 'sensor' },
  { id: 'learn-phone', role: 'phone' },
  { id: 'learn-node', role: 'node' },
  { id: 'learn-code', role: 'code' },
  { id: 'learn-code-2', role: 'code' }
]

/** Everything that a lesson publishes is below this topic. */
export const LEARN_ROOT = 'learn'

interface LessonShape {
  /** The clients that Treetop plays, from top to bottom. */
  clients: readonly LearnRole[]
  /** Steps in their order, each with the actions that the page offers for it. */
  steps: Record<string, readonly string[]>
}

/** The lessons in their order. What a step asks for is in the page's words, how it is checked in main's `learn/checks`. */
export const LESSONS = {
  topics: {
    clients: ['sensor', 'phone'],
    steps: {
      connect: ['phone.connect'],
      subscribe: ['phone.subscribe'],
      publish: ['sensor.connect', 'sensor.publish'],
      echo: ['phone.publish']
    }
  },
  wildcards: {
    clients: ['sensor', 'phone'],
    steps: {
      plus: ['phone.subscribePlus', 'sensor.kitchenTemperature', 'sensor.bathTemperature'],
      miss: ['sensor.kitchenHumidity'],
      hash: ['phone.subscribeHash', 'sensor.kitchenHumidity']
    }
  },
  qos0: {
    clients: ['sensor', 'phone'],
    steps: {
      lose: ['network.lose'],
      send: ['sensor.publish10'],
      repair: ['network.repair', 'sensor.publish10']
    }
  },
  qos1: {
    clients: ['sensor', 'phone'],
    steps: {
      publish: ['sensor.publish'],
      lost: ['network.losePuback', 'sensor.publish'],
      again: ['sensor.reconnect']
    }
  },
  qos2: {
    clients: ['sensor', 'phone'],
    steps: {
      four: ['sensor.publish'],
      lost: ['network.losePubrec', 'sensor.publish'],
      once: ['sensor.reconnect']
    }
  },
  session: {
    clients: ['sensor', 'phone'],
    steps: {
      away: ['phone.disconnect'],
      wait: ['sensor.publish3'],
      back: ['phone.connect']
    }
  },
  retained: {
    clients: ['sensor', 'phone'],
    steps: {
      kept: ['sensor.retain'],
      late: ['phone.subscribe'],
      will: ['sensor.cut']
    }
  },
  connack: {
    clients: ['sensor'],
    steps: {
      accepted: ['sensor.connect'],
      version: ['refuse.1'],
      identifier: ['refuse.2'],
      unavailable: ['refuse.3'],
      credentials: ['refuse.4'],
      authorized: ['refuse.5']
    }
  },
  keepalive: {
    clients: ['sensor', 'phone'],
    steps: {
      ping: ['sensor.connect'],
      silent: ['sensor.silence']
    }
  },
  sn: {
    clients: ['node', 'phone'],
    steps: {
      connect: ['node.connect'],
      publish: ['node.publish'],
      sleep: ['node.subscribe', 'node.sleep', 'phone.publish'],
      wake: ['node.wake']
    }
  }
} as const satisfies Record<string, LessonShape>

export type LessonId = keyof typeof LESSONS
export const LESSON_IDS = Object.keys(LESSONS) as [LessonId, ...LessonId[]]

export type StepOf<L extends LessonId> = Extract<keyof (typeof LESSONS)[L]['steps'], string>
/** What an action of a lesson is called. */
export type ActionOf<L extends LessonId> = Extract<
  (typeof LESSONS)[L]['steps'][keyof (typeof LESSONS)[L]['steps']],
  readonly string[]
>[number]
/** Any step, as `lesson_step`. */
export type StepKey = { [L in LessonId]: `${L}_${StepOf<L>}` }[LessonId]
/** Any action. The same name means the same in every lesson, on topics of that lesson. */
export type LearnAction = { [L in LessonId]: ActionOf<L> }[LessonId]

/** The names of a lesson's steps, in their order. */
export function stepsOf(lesson: LessonId): string[] {
  return Object.keys(LESSONS[lesson].steps)
}

/** The actions that a step of a lesson offers. */
export function actionsOf(lesson: LessonId, step: string): readonly LearnAction[] {
  return (LESSONS[lesson].steps as Record<string, readonly LearnAction[]>)[step] ?? []
}
