import type { LearnClient, LearnFault, LearnPacket } from '../../../shared/contract/learn'
import {
  LEARN_CLIENTS,
  type LearnAction,
  type LearnRole,
  type LessonId,
  type StepKey
} from '../../../shared/lessons'
import { m } from '../../paraglide/messages'
import { count } from '../../state/format'

type Words = Record<string, () => string>
const words = m as unknown as Words

export const titleOf = (lesson: LessonId): string => m[`learn_${lesson}_title`]()
export const textOf = (lesson: LessonId): string => m[`learn_${lesson}_text`]()

/** What a step asks for, and what has happened once it is done. */
export function stepWords(lesson: LessonId, step: string): { task: string; outcome: string } {
  const key = `${lesson}_${step}` as StepKey
  return { task: m[`learn_step_${key}`](), outcome: m[`learn_done_${key}`]() }
}

export function actionLabel(action: LearnAction): string {
  return words[`learn_do_${action.replace('.', '_')}`]!()
}

export function roleOf(clientId: string): LearnRole {
  return LEARN_CLIENTS.find(({ id }) => id === clientId)?.role ?? 'code'
}

export const roleName = (role: LearnRole): string => m[`learn_role_${role}`]()
export const stateName = (state: LearnClient['state']): string => m[`learn_state_${state}`]()

export function faultLine({ kind, count: struck }: LearnFault): string {
  return m[`learn_fault_${kind}`]({ count: count(struck) })
}

/** A packet in a few characters, such as `PUBLISH Q1 #3 DUP`. */
export function packetLabel({ type, flags, packetId, code }: LearnPacket): string {
  return [
    type,
    ...(flags ? [`Q${flags.qos}`] : []),
    ...(packetId === null ? [] : [`#${packetId}`]),
    ...(flags?.dup ? ['DUP'] : []),
    ...(flags?.retain ? ['RETAIN'] : []),
    ...(type === 'CONNACK' && code !== null ? [String(code)] : [])
  ].join(' ')
}
