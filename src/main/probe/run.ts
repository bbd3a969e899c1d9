import { randomUUID } from 'node:crypto'
import type { ConnectionFault } from '../../shared/contract/connections'
import {
  PROBE_FORMAT,
  ProbeItemId,
  probeAddress,
  type ProbeItem,
  type ProbeSheet
} from '../../shared/contract/probe'
import { AppError } from '../../shared/errors'
import { connackRefusesVersion } from '../../shared/mqtt-codes'
import { limitChecks } from './check-limits'
import { messageChecks } from './check-messages'
import { sessionChecks } from './check-sessions'
import { subscriptionChecks } from './check-subscriptions'
import { versionChecks } from './check-versions'
import { BrokerLost, CheckContext, LimitReached, type Check, type Place } from './context'
import { answerOfFault, notSupported, unknown, type Found } from './finding'
import { LinkClosed } from './link'
import { round } from './trace'

/** Time limit of an item, in ms. */
const ITEM_LIMIT = 20_000
/** Time limit of clearing up, in ms. */
const SWEEP_LIMIT = 15_000

/** Who follows a probe. */
export interface ProbeOptions {
  /** Treetop's version. */
  treetop: string
  /** Cancels the probe; it clears up before it throws the reason. */
  signal: AbortSignal
  /** Called with each item; `share` is the share of the items that are found out, 0 to 1. */
  onItem?: (item: ProbeItem, share: number) => void
  /** Called when a cancelled probe could not clear up everything. */
  onLeft?: (left: ProbeSheet['left']) => void
}

/**
 * Probes a broker. It publishes below one topic of its own only, clears what is retained there and ends the sessions that it began, also
 * when it is cancelled. Throws BROKER_UNREACHABLE if the broker accepts no connection, and the signal's reason.
 */
export async function probe(place: Place, options: ProbeOptions): Promise<ProbeSheet> {
  const { signal, treetop, onLeft } = options
  signal.throwIfAborted()
  const at = Date.now()
  const began = performance.now()
  const context = new CheckContext(place)
  const items: ProbeItem[] = []
  const run: Run = { context, signal, told: (item) => tell(items, item, options) }
  let end: ProbeSheet['end']
  let left: ProbeSheet['left']
  try {
    await askVersions(run)
    end = await askAll(run)
  } finally {
    left = await withLimit(SWEEP_LIMIT, null, (limit) => context.sweep(limit))
    if (signal.aborted && left.topics.length + left.sessions.length > 0) onLeft?.(left)
  }
  signal.throwIfAborted()
  const { profile } = place
  return {
    format: PROBE_FORMAT,
    id: randomUUID(),
    name: profile.name,
    address: probeAddress(profile),
    at,
    took: Math.round(performance.now() - began),
    treetop,
    end,
    topic: context.root,
    left,
    traffic: context.traffic,
    items: items.sort((a, b) => order.get(a.id)! - order.get(b.id)!)
  }
}

interface Run {
  context: CheckContext
  signal: AbortSignal
  told: (item: ProbeItem) => void
}

const checks: readonly Check[] = [...messageChecks, ...subscriptionChecks, ...sessionChecks, ...limitChecks]
const order = new Map(ProbeItemId.options.map((id, index) => [id, index]))

/** Finds out the versions. Throws BROKER_UNREACHABLE if there is none with which a client may connect. */
async function askVersions(run: Run): Promise<void> {
  const faults: ConnectionFault[] = []
  for (const check of versionChecks((fault) => faults.push(fault))) {
    try {
      await ask(run, check)
    } catch (error) {
      if (error instanceof BrokerLost) throw new AppError('BROKER_UNREACHABLE', { fault: error.fault })
      throw error
    }
  }
  if (run.context.versions.size > 0) return
  const saysMore = faults.find(
    (fault) => fault.kind === 'connack' && !connackRefusesVersion(fault.version, fault.code)
  )
  throw new AppError('BROKER_UNREACHABLE', { fault: saysMore ?? faults[0]! })
}

/** Finds out everything else. After the broker is lost, the remaining items are unknown. */
async function askAll(run: Run): Promise<ProbeSheet['end']> {
  let isLost = false
  for (const check of checks) {
    if (isLost) {
      conclude(run, check, { found: unknown('lost'), took: 0, evidence: [] })
      continue
    }
    const began = performance.now()
    try {
      await ask(run, check)
    } catch (error) {
      if (!(error instanceof BrokerLost)) throw error
      isLost = true
      const evidence = run.context.trace.steps()
      conclude(run, check, { found: unknown('lost'), took: performance.now() - began, evidence })
    }
  }
  return isLost ? 'lost' : 'complete'
}

/** Finds out one item. Throws BrokerLost, and the signal's reason. */
async function ask(run: Run, check: Check): Promise<void> {
  const { context, signal } = run
  const began = performance.now()
  const found = await withLimit(check.limit ?? ITEM_LIMIT, signal, async (within) => {
    context.begin(within)
    try {
      return prejudged(context, check) ?? (await confirmed(context, check, within))
    } catch (error) {
      if (error instanceof LimitReached) return unknown('timeLimit')
      throw error
    } finally {
      await context.finish()
    }
  })
  conclude(run, check, { found, took: performance.now() - began, evidence: context.trace.steps() })
}

/** What follows from other items; null: it must be tested. */
function prejudged({ versions, works }: CheckContext, { version5, needs = [] }: Check): Found | null {
  if (version5 && !versions.has(5)) return notSupported('needsVersion5')
  return needs.every((id) => works.has(id)) ? null : unknown('notTested')
}

/**
 * A broker that closes a connection may answer the check that way, or may be restarting. So the check is made once more when the broker
 * accepts connections, and it must accept them still after that.
 */
async function confirmed(context: CheckContext, check: Check, within: AbortSignal): Promise<Found> {
  for (let isSecond = false; ; isSecond = true) {
    context.begin(within)
    try {
      return await check.run(context)
    } catch (error) {
      if (!(error instanceof LinkClosed)) throw error
      await context.finish()
      if (error.fault.kind === 'connack') return closedOver(error)
      await context.reach()
      if (isSecond) return closedOver(error)
    }
  }
}

function closedOver({ fault }: LinkClosed): Found {
  return notSupported(fault.kind === 'connack' ? 'refused' : 'closed', { answer: answerOfFault(fault) })
}

function conclude(
  { context, told }: Run,
  { id }: Check,
  { found, took, evidence }: { found: Found; took: number; evidence: ProbeItem['evidence'] }
): void {
  if (found.verdict === 'supported') context.works.add(id)
  told({ id, ...found, took: round(took), evidence })
}

function tell(items: ProbeItem[], item: ProbeItem, { onItem }: ProbeOptions): void {
  items.push(item)
  onItem?.(item, items.length / order.size)
}

/** Runs work whose signal aborts with LimitReached after `limit` ms, or with the reason of the other signal. */
async function withLimit<T>(
  limit: number,
  signal: AbortSignal | null,
  work: (within: AbortSignal) => Promise<T>
): Promise<T> {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new LimitReached()), limit)
  const abort = (): void => controller.abort(signal!.reason)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted) abort()
  try {
    return await work(controller.signal)
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
}
