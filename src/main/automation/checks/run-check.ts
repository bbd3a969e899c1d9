import { everyPacket } from '../../../shared/contract/packets'
import { lineOf as packetLine, PacketReader } from '../../packets/reader'
import type { Check, CheckFile, Step } from './check-file'
import { automaticSubscriptions } from './automatic'
import { StepFailure } from './failure'
import { isMap } from './json'
import { lineOf as messageLine } from './received'
import type { Failure } from './result'
import { reasonOf, said, type MessageName } from './said'
import { runSteps, subscribeAutomatically } from './run-steps'
import type { CheckSession } from './session'
import { seconds } from './step-messages'

/** ms for the teardown of a check that has failed, timed out or been interrupted. */
const TEARDOWN_LIMIT = 15_000
/** What a report shows of the messages and packets. */
const MOST_LINES = 50

/** Runs a check with its setup and teardown. Resolves with why it failed, or null. Throws only when the run is interrupted. */
export async function runCheck(
  session: CheckSession,
  check: Check,
  interrupted: AbortSignal
): Promise<Failure | null> {
  const { file } = session
  const timeout = check.timeout ?? file.timeout ?? DEFAULT_TIMEOUT
  const before = [...file.setup, ...check.setup]
  const late = AbortSignal.timeout(timeout)
  session.pulse.signal = AbortSignal.any([interrupted, late])
  let failure: Failure | null = null
  try {
    session.automatic = automaticSubscriptions([...before, ...check.steps])
    for (const { client, isConnectedByStep, topics } of [...session.automatic])
      if (!isConnectedByStep && topics.length > 0) await subscribeAutomatically(session, client)
    await runSteps(session, [...before, ...check.steps])
  } catch (error) {
    const isLate = late.aborted && !interrupted.aborted && !(error instanceof StepFailure)
    failure = failureOf(session, check, isLate ? tookLonger(session, 'failure_check_late', timeout) : error)
  }
  session.pulse.signal = AbortSignal.timeout(TEARDOWN_LIMIT)
  const after = [...check.teardown, ...file.teardown]
  try {
    await runSteps(session, after)
  } catch (error) {
    const isLate = session.pulse.signal.aborted && !(error instanceof StepFailure)
    failure ??= failureOf(
      session,
      check,
      isLate ? tookLonger(session, 'failure_teardown_late', TEARDOWN_LIMIT) : error
    )
  }
  await session.close()
  interrupted.throwIfAborted()
  return failure
}

const DEFAULT_TIMEOUT = 60_000

function tookLonger({ progress }: CheckSession, what: MessageName, limit: number): StepFailure {
  const failure = new StepFailure(said(what, { time: seconds(limit) }))
  failure.failed = progress.at
  return failure
}

function failureOf(session: CheckSession, check: Check, error: unknown): Failure {
  const failure =
    error instanceof StepFailure ? error : new StepFailure(said('failure_error', { reason: reasonOf(error) }))
  const failed = failure.failed ?? session.progress.at
  const file: CheckFile = failed?.file ?? session.file
  return {
    file: file.shown,
    line: file.lineOf(failure.path ?? failed?.step.path ?? check.path),
    step: failed ? titleOf(failed.step) : '',
    sentence: failure.sentence,
    details: [...failure.details],
    messages: [...session.clients.values()]
      .flatMap(({ messages }) => messages)
      .sort((a, b) => a.at - b.at)
      .slice(-MOST_LINES)
      .map((message) => `${message.isClaimed ? '✓' : ' '} ${messageLine(message)}`),
    ...packetsSince(session, failed?.began ?? 0),
    recording: null
  }
}

/** `expect home/lamp`. */
function titleOf({ kind, value }: Step): string {
  const subject = (each: unknown): string => {
    if (typeof each === 'string' || typeof each === 'number') return String(each)
    if (!isMap(each)) return ''
    const found = each['topic'] ?? each['filter'] ?? each['url'] ?? each['file'] ?? each['as'] ?? ''
    return typeof found === 'string' ? found : ''
  }
  const list =
    isMap(value) && Array.isArray(value['messages']) ? (value['messages'] as unknown[]) : [value].flat()
  return `${kind} ${[...new Set(list.map(subject))].filter(Boolean).join(', ')}`.trim()
}

/** The packets of all clients since a moment (µs), one a line, with the client that sent or got it; if there are none, the last before it. */
function packetsSince(session: CheckSession, since: number): Pick<Failure, 'packets' | 'isBefore'> {
  const width = Math.max(0, ...[...session.clients.keys()].map(({ length }) => length))
  const all = [...session.clients.values()]
    .flatMap(({ name, packets }) =>
      new PacketReader(packets)
        .window(everyPacket, null, MOST_LINES, null)
        .rows.map((row) => ({ at: row.at, line: `${name.padEnd(width)}  ${packetLine(row).trimEnd()}` }))
    )
    .sort((a, b) => a.at - b.at)
  const own = all.filter(({ at }) => at >= since)
  if (own.length === 0 && all.length > 0)
    return { packets: all.slice(-LAST_LINES).map(({ line }) => line), isBefore: true }
  return { packets: own.slice(-MOST_LINES).map(({ line }) => line), isBefore: false }
}

/** Packets that are shown for a step that has none. */
const LAST_LINES = 12
