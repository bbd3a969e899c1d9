import { z } from 'zod'
import { LESSON_IDS } from '../lessons'
import { call } from './define'
import { PacketRow } from './packets'

/** A control packet of one of the learner's clients, as that client sees it: `out` is from the client to the broker. */
export const LearnPacket = PacketRow.extend({
  /** Counts the packets of the lesson, from 1; not always in the order of time. */
  seq: z.int(),
  clientId: z.string(),
  /** Its number in the client's trace (`traces.get`); null: the broker withheld it, so that the client never got it. */
  number: z.int().nullable(),
  /** A fault lost it on its way. */
  lost: z.boolean()
})
export type LearnPacket = z.infer<typeof LearnPacket>

export const LearnClient = z.object({
  id: z.string(),
  /** `away`: it is not connected, and the broker keeps its session. `silent`: it is connected and sends nothing any more. */
  state: z.enum(['off', 'online', 'silent', 'asleep', 'away']),
  /** It is connected by MQTT-SN. */
  sn: z.boolean(),
  subscriptions: z.array(z.string()),
  /** QoS 1 and 2 messages that wait for it, or were sent and not yet acknowledged. */
  waiting: z.int()
})
export type LearnClient = z.infer<typeof LearnClient>

export const LearnFault = z.object({
  kind: z.enum(['loss', 'withhold', 'connack']),
  /** What it struck so far. */
  count: z.int()
})
export type LearnFault = z.infer<typeof LearnFault>

/** What goes on in the open lesson, at the broker. */
export const LearnLive = z.object({
  /** Changes when a lesson is opened: its packets begin anew. */
  run: z.int(),
  /** The address that the clients connect to. */
  host: z.string(),
  port: z.int(),
  /** Port of an MQTT-SN listener; null: there is none, which only the lesson about MQTT-SN needs. */
  snPort: z.int().nullable(),
  /** Those that Treetop plays, and the learner's own programs once they have been seen. */
  clients: z.array(LearnClient),
  faults: z.array(LearnFault),
  /** Retained topics of the lesson. */
  retained: z.array(z.string()),
  /** Packets after the ones that are known. */
  packets: z.array(LearnPacket)
})
export type LearnLive = z.infer<typeof LearnLive>

export const LearnState = z.object({
  lesson: z.enum(LESSON_IDS),
  /** By lesson: the steps that are done, in their order. */
  done: z.partialRecord(z.enum(LESSON_IDS), z.array(z.string())),
  /** null: no lesson is open, or the broker is stopped. */
  live: LearnLive.nullable()
})
export type LearnState = z.infer<typeof LearnState>

const Lesson = z.enum(LESSON_IDS)

export const learnCalls = {
  /** Opens a lesson, or (null) the one where the learner was, and closes the one before. Without a running broker it is only chosen. */
  'learn.open': call('main', z.object({ lesson: Lesson.nullable() }), LearnState),
  /** What goes on, with the packets after `after`. A lesson that nobody looks at is closed after some minutes. */
  'learn.look': call('main', z.object({ after: z.int().min(0) }), LearnState),
  /** Has one of the learner's clients do something. Throws NOT_FOUND, NOT_CONNECTED, TIMED_OUT and BROKER_NOT_RUNNING. */
  'learn.act': call('main', z.object({ action: z.string() }), z.void()),
  /** Forgets what was done in a lesson, or (null) in all, and opens it anew. */
  'learn.restart': call('main', z.object({ lesson: Lesson.nullable() }), LearnState),
  /** Closes the lesson: its clients, sessions, retained messages, faults and traces are removed. */
  'learn.leave': call('main', z.void(), z.void())
}
