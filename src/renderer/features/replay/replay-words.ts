import type { Job } from '../../../shared/contract/jobs'
import type { ReplayStatus } from '../../../shared/contract/replay'
import { AppError, type ErrorCode, type ErrorDetails } from '../../../shared/errors'
import { m } from '../../paraglide/messages'
import { connectionName } from '../../state/connection-sentences'
import { age, count, time, toTheSecond } from '../../state/format'
import { sentenceFor, type Notify } from '../../state/sentences'

/** Less is not worth a word, in ms. */
const NEXT_FROM = 2_000

/** The speed of a replay. */
export function speedWord(speed: number | null): string {
  return speed === null ? m.replay_speed_max() : m.replay_speed_times({ speed })
}

/** What a replay does, in a few words each, the most important first. `now`: ms since 1970 UTC. */
export function factsOf(status: ReplayStatus, now: number): string[] {
  const { state, sent, loop, pass, speed, at, next } = status
  const facts = [m.replay_count({ count: count(sent) }), speedWord(speed)]
  if (state === 'reading') facts.unshift(m.replay_reading())
  if (state === 'paused') facts.unshift(m.replay_paused())
  if (loop) facts.push(m.replay_pass({ pass: count(pass) }))
  if (at !== null) facts.push(m.replay_at({ time: toTheSecond(time(at, now)) }))
  if (next !== null && next - now >= NEXT_FROM) facts.push(m.replay_next({ time: age(next - now) }))
  return facts
}

/** What a replay suffers from; empty: nothing. */
export function troublesOf({ state, behind, refused }: ReplayStatus): string[] {
  const troubles: string[] = []
  if (state === 'waiting') troubles.push(m.replay_waiting())
  if (behind >= 1_000) troubles.push(m.replay_behind({ time: age(behind) }))
  if (refused > 0) troubles.push(m.replay_refused({ count: count(refused) }))
  return troubles
}

/** The notice about a replay that has ended. */
export function endOf(job: Job, status: ReplayStatus | null): Parameters<Notify> {
  const sent = count(status?.sent ?? job.messages)
  if (job.state === 'cancelled') return ['good', m.replay_cancelled({ count: sent })]
  if (job.error) return ['bad', m.replay_failed({ reason: reasonOf(job.error) })]
  if (status === null || (status.sent === 0 && status.refused === 0)) return ['bad', m.replay_empty()]
  const done = m.replay_done({ count: sent, target: connectionName(status.target) })
  if (status.refusal === null) return ['good', done]
  const reason = reasonOf(status.refusal)
  return ['bad', m.replay_done_refused({ done, refused: count(status.refused), reason })]
}

function reasonOf({ code, details }: { code: string; details: object }): string {
  if (code === 'INVALID_INPUT') return m.replay_topic_invalid()
  return sentenceFor(new AppError(code as ErrorCode, details as ErrorDetails[ErrorCode]))
}
