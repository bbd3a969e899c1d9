import type { Words } from '../../../shared/contract/sentence'
import type { CheckClient } from './client'
import { areOperators, differs } from './compare'
import { valuesAt } from './content'
import { StepFailure } from './failure'
import type { Expectation, Expect } from './format'
import { isMap } from './json'
import { listed } from './listed'
import { isAbout, messageFault } from './match'
import { propertiesOf, readable, type Received } from './received'
import { at, reasonOf, said } from './said'
import type { CheckSession } from './session'
import { place } from './assign'
import { seconds } from './step-messages'
import { textOf } from './values'

/** ms that nothing must come for, if the step does not say. */
const NONE_WITHIN = 500
/** ms for the round trip that shows that no more came. */
const BARRIER = 2_000
/** Expectations and counts of one step together. */
const MAX_SLOTS = 10_000

const COUNT = '{ gte: 2, lte: 5 }'

/** What one expectation asks for, and what it got. */
interface Wanted {
  expectation: Expectation
  client: CheckClient
  /** At least so many. */
  min: number
  /** Whether more than so many fit, if there is an upper bound. */
  tooMany: ((count: number) => boolean) | null
  isNone: boolean
  /** Results of comparing, by message. */
  faults: Map<Received, Words | null>
  got: Received[]
}

/** Waits for messages, in any order or in theirs; what must not come is waited for as well. */
export async function expectMessages(
  session: CheckSession,
  { messages, ordered, within }: Extract<Expect, { kind: 'messages' }>
): Promise<void> {
  const all: Wanted[] = messages.map((expectation) => wantedOf(session, expectation))
  const positive = all.filter(({ isNone }) => !isNone)
  const none = all.filter(({ isNone }) => isNone)
  if (positive.reduce((sum, { min }) => sum + min, 0) > MAX_SLOTS)
    throw new StepFailure(said('failure_most_messages', { most: MAX_SLOTS }))
  const limit = Math.max(
    0,
    ...positive.map(({ expectation }) => expectation.within ?? within ?? session.within)
  )
  const silence = Math.max(0, ...none.map(({ expectation }) => expectation.within ?? within ?? NONE_WITHIN))
  const began = performance.now()
  const placeNew = placing(session, positive, ordered)
  const areThere = (): boolean => {
    placeNew()
    for (const each of none) mustNotHaveCome(session, each, positive)
    return positive.every(({ got, min }) => got.length >= min)
  }
  const isThere = await session.pulse.until(areThere, limit)
  if (!isThere) throw missing(session, positive, ordered, limit)
  for (const { expectation, got } of positive)
    if (expectation.within !== undefined) mustBeInTime(got, began, expectation.within)
  await noMore(session, positive)
  for (const { got } of positive) for (const message of got) message.isClaimed = true
  await session.pulse.until(
    () => {
      for (const each of none) mustNotHaveCome(session, each, [])
      return false
    },
    Math.max(0, silence - (performance.now() - began))
  )
  for (const { client } of none) mustBeConnected(session, client)
  for (const { expectation, got } of positive)
    if (expectation.capture && got[0]) capture(session, expectation.capture, got[0])
}

function wantedOf(session: CheckSession, expectation: Expectation): Wanted {
  const { count, none } = expectation
  const client = session.client(expectation.as)
  if (!client.isConnected && !client.ended)
    throw new StepFailure(said('failure_nothing_can_come', { client: client.name }))
  const wanted = { expectation, client, faults: new Map<Received, Words | null>(), got: [] }
  const given = isMap(count) || count === undefined ? undefined : Number(textOf(count))
  if (none === true || given === 0) return { ...wanted, min: 0, tooMany: null, isNone: true }
  if (count === undefined) return { ...wanted, min: 1, tooMany: null, isNone: false }
  if (isMap(count)) {
    if (!areOperators(count)) throw new StepFailure(said('failure_count', { example: COUNT }))
    const number = (name: string): number | null =>
      count[name] === undefined ? null : Number(textOf(count[name]))
    const min = number('gte') ?? (number('gt') === null ? null : number('gt')! + 1) ?? number('eq') ?? 0
    return { ...wanted, min, tooMany: (found) => differs(found, count, true) !== null, isNone: false }
  }
  if (!Number.isInteger(given) || given! < 0) throw new StepFailure(said('failure_count', { example: COUNT }))
  return { ...wanted, min: given!, tooMany: (found) => found > given!, isNone: false }
}

/** Gives the messages that came since it was last asked to the expectations. */
function placing(session: CheckSession, wanted: readonly Wanted[], ordered: boolean): () => void {
  const seen = new Map([...new Set(wanted.map(({ client }) => client))].map((client) => [client, 0]))
  return () => {
    const came = [...seen].flatMap(([client, from]) =>
      client.messages.slice(from).filter(({ isClaimed }) => !isClaimed)
    )
    for (const client of seen.keys()) seen.set(client, client.messages.length)
    for (const message of came.sort((a, b) => a.at - b.at)) {
      const open = wanted.find(({ got, min }) => got.length < min)
      if (!open) return
      if (!ordered) place(message, wanted, (each, item: Received) => fits(session, each, item))
      else if (fits(session, open, message)) open.got.push(message)
    }
  }
}

function fits(session: CheckSession, wanted: Wanted, message: Received): boolean {
  return faultOf(session, wanted, message) === null
}

function faultOf(
  session: CheckSession,
  { expectation, client, faults }: Wanted,
  message: Received
): Words | null {
  if (message.client !== client.name) return said('failure_other_client', { client: message.client })
  let fault = faults.get(message)
  if (fault === undefined) {
    try {
      const before = client.messages.slice(0, client.messages.indexOf(message))
      fault = messageFault(message, expectation, { schemas: session.schemas, before })
    } catch (error) {
      if (error instanceof StepFailure) throw error
      throw new StepFailure(said('failure_unchecked', { reason: reasonOf(error) }))
    }
    faults.set(message, fault)
  }
  return fault
}

/** Nothing comes to a client that has lost its connection: that says nothing. */
function mustBeConnected(session: CheckSession, client: CheckClient): void {
  if (!client.isConnected && client.ended?.by !== 'check')
    throw new StepFailure(
      said('failure_ended_meanwhile', { client: client.name, why: session.whyNot(client) })
    )
}

function mustNotHaveCome(session: CheckSession, none: Wanted, others: readonly Wanted[]): void {
  const taken = new Set(others.flatMap(({ got }) => got))
  const came = none.client.messages.find(
    (each) => !each.isClaimed && !taken.has(each) && fits(session, none, each)
  )
  if (!came) return
  const { topic } = none.expectation
  throw new StepFailure(
    topic === undefined ? said('failure_unwanted_message') : said('failure_unwanted_message_on', { topic })
  )
}

/** After a round trip to the broker, no more messages than expected may be there. */
async function noMore(session: CheckSession, wanted: readonly Wanted[]): Promise<void> {
  const bounded = wanted.filter(({ tooMany }) => tooMany !== null)
  for (const client of new Set(bounded.map((each) => each.client))) {
    const { pings } = client
    client.ping()
    await session.pulse.until(() => client.pings > pings || !client.isConnected, BARRIER)
  }
  const taken = new Set(wanted.flatMap(({ got }) => got))
  for (const each of bounded) {
    const more = each.client.messages.filter(
      (message) => !message.isClaimed && !taken.has(message) && fits(session, each, message)
    )
    const count = each.got.length + more.length
    if (each.tooMany!(count))
      throw new StepFailure(said('failure_too_many', { messages: countWords(each), count }))
    each.got.push(...more)
  }
}

function mustBeInTime(got: readonly Received[], began: number, within: number): void {
  for (const { at } of got) {
    const after = at / 1_000 - performance.timeOrigin - began
    if (after > within)
      throw new StepFailure(said('failure_late', { after: seconds(after), within: seconds(within) }))
  }
}

/** What is missing, with what came instead. */
function missing(
  session: CheckSession,
  wanted: readonly Wanted[],
  ordered: boolean,
  limit: number
): StepFailure {
  const short = wanted.filter(({ got, min }) => got.length < min)
  const [first] = short as [Wanted]
  const details: Words[] = []
  for (const each of short.slice(0, 5)) {
    if (short.length > 1)
      details.push(
        each.got.length > 0
          ? said('failure_missing_some', { messages: countWords(each), count: each.got.length })
          : said('failure_missing', { messages: countWords(each) })
      )
    const others = each.client.messages.filter((message) => !message.isClaimed && !each.got.includes(message))
    const near = others.filter((message) => isAbout(message, each.expectation))
    for (const message of near.slice(-3)) {
      const fault = faultOf(session, each, message)
      details.push(at(message.topic, fault) ?? said('failure_out_of_order', { topic: message.topic }))
    }
    if (near.length === 0 && others.length > 0)
      details.push(
        said('failure_other_topics', {
          topics: listed([...new Set(others.map(({ topic }) => topic))].slice(0, 5))
        })
      )
    if (each.client.isFull) details.push(said('failure_full', { client: each.client.name }))
    if (!each.client.isConnected) details.push(said('failure_not_connected', { client: each.client.name }))
  }
  const isNear = first.client.messages.some((each) => !each.isClaimed && isAbout(each, first.expectation))
  const came =
    first.got.length > 0
      ? said('failure_came', { count: first.got.length })
      : said(isNear ? 'failure_none_fits' : 'failure_none_came')
  const sentence = said(ordered ? 'failure_not_come_ordered' : 'failure_not_come', {
    messages: countWords(first),
    time: seconds(limit),
    came
  })
  return new StepFailure(sentence, { details })
}

function countWords({ expectation: { count, topic }, min, tooMany }: Wanted): Words {
  const messages =
    tooMany === null
      ? said('failure_a_message')
      : isMap(count)
        ? said('failure_messages_at_least', { count: min })
        : min === 1
          ? said('failure_one_message')
          : said('failure_messages', { count: min })
  return topic === undefined ? messages : said('failure_messages_on', { messages, topic })
}

/** Captures parts of a message: `payload`, `topic`, `topic 2` (a level, from 1), a property's name, or a JSONPath. */
function capture(session: CheckSession, names: Record<string, string>, message: Received): void {
  for (const [name, from] of Object.entries(names)) {
    const value = partOf(message, from)
    if (value === undefined) throw new StepFailure(said('failure_no_capture', { name, from }))
    session.scope.capture(name, value)
  }
}

function partOf(message: Received, from: string): string | undefined {
  if (from === 'payload') return readable(message.payload)
  if (from === 'topic') return message.topic
  const level = /^topic (\d+)$/.exec(from)?.[1]
  if (level !== undefined) return message.topic.split('/')[Number(level) - 1]
  if (from.startsWith('$')) return jsonPart(message.payload.toString(), from)
  const value = propertiesOf(message)[from]
  return value === undefined ? undefined : plain(value)
}

/** The first value at a JSONPath in a text; undefined: there is none. */
export function jsonPart(text: string, path: string): string | undefined {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return undefined
  }
  const [found] = valuesAt(value, path)
  return found === undefined ? undefined : plain(found)
}

function plain(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
