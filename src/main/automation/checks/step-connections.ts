import type { Words } from '../../../shared/contract/sentence'
import { differs } from './compare'
import type { CheckClient } from './client'
import { StepFailure } from './failure'
import type { StepInput, Expect } from './format'
import { codeOf, faultWords, reasonFault, reasonText } from './reasons'
import { at, said } from './said'
import { DEFAULT_CLIENT } from './automatic'
import type { CheckSession } from './session'
import { seconds } from './step-messages'
import { textOf } from './values'

/** Connects a client, anew if it is connected, and checks the CONNACK. */
export async function connectStep(session: CheckSession, wanted: StepInput<'connect'>): Promise<void> {
  const {
    as: name = DEFAULT_CLIENT,
    sessionPresent,
    reason,
    reasonString,
    properties,
    within,
    ...options
  } = wanted
  const before = session.client(name)
  if (before.isConnected) await before.end(false)
  const client = session.connect(name, options)
  const limit = within ?? session.connectTimeout
  // A refusing broker sends CONNACK, then closes the connection.
  const isRefused = (): boolean => client.connackCode !== 0
  await session.pulse.until(() => client.isConnected || client.ended !== null || isRefused(), limit)
  if (reason !== undefined) checkReason(session, client, reason, limit)
  else if (!client.isConnected)
    throw new StepFailure(said('failure_no_connection', { client: name, why: session.whyNot(client) }))
  const { connack } = client
  const answer: Record<string, unknown> = { ...connack?.properties }
  const check = (place: Words, actual: unknown, expected: unknown): void => {
    const fault = expected === undefined ? null : at(place, differs(actual, expected, true))
    if (fault !== null) throw new StepFailure(said('failure_of', { subject: 'CONNACK', fault }))
  }
  check(said('failure_session_present'), connack?.sessionPresent ?? false, sessionPresent)
  check(said('failure_reason_string'), answer['reasonString'], reasonString)
  for (const [key, value] of Object.entries(properties ?? {})) check(key, answer[key], value)
}

function checkReason(session: CheckSession, client: CheckClient, reason: unknown, limit: number): void {
  if (!client.connack) {
    const why = client.ended ? session.whyNot(client) : said('failure_silence', { time: seconds(limit) })
    // MQTT.js does not report a CONNACK of 3.1.1 to a client of MQTT 5 as a packet.
    if (client.ended?.by === 'network' && client.ended.fault.kind === 'connack') {
      const { version, code } = client.ended.fault
      const fault = reasonFault('CONNACK', version, code, reason)
      if (fault === null) return
      throw new StepFailure(said('failure_of', { subject: 'CONNACK', fault }))
    }
    throw new StepFailure(said('failure_no_connack', { why }))
  }
  const fault = reasonFault('CONNACK', client.version, client.connackCode, reason)
  if (fault !== null) throw new StepFailure(said('failure_of', { subject: 'CONNACK', fault }))
}

/** Ends a connection: with DISCONNECT and its reason, or abruptly, as a network does. */
export async function disconnectStep(session: CheckSession, wanted: StepInput<'disconnect'>): Promise<void> {
  const { as: name = DEFAULT_CLIENT, reason, sessionExpiry, abrupt = false } = wanted
  const client = session.client(name)
  if (!client.isConnected) throw new StepFailure(said('failure_not_connected', { client: name }))
  const reasonCode =
    reason === undefined
      ? undefined
      : typeof reason === 'number'
        ? reason
        : codeOf('DISCONNECT', 5, textOf(reason))
  await client.end(abrupt, {
    ...(reasonCode !== undefined && { reasonCode }),
    ...(sessionExpiry !== undefined && { properties: { sessionExpiryInterval: sessionExpiry } })
  })
}

/** Waits until the broker ends a connection, with DISCONNECT and the expected reason if one is given. */
export async function expectEnd(
  session: CheckSession,
  { end }: Extract<Expect, { kind: 'end' }>
): Promise<void> {
  const { as: name = DEFAULT_CLIENT, within = session.within, disconnect } = end
  const client = session.client(name)
  if (!client.isConnected && !client.ended)
    throw new StepFailure(said('failure_never_connected', { client: name }))
  await session.pulse.until(() => client.ended !== null, within)
  const { ended } = client
  if (!ended) throw new StepFailure(said('failure_still_up', { client: name, time: seconds(within) }))
  if (ended.by === 'check') throw new StepFailure(said('failure_by_step', { client: name }))
  const { reason, reasonString } = disconnect ?? {}
  if (reason === undefined && reasonString === undefined) return
  if (ended.by === 'network')
    throw new StepFailure(said('failure_no_disconnect', { why: faultWords(ended.fault) }))
  const fault =
    (reason === undefined ? null : reasonFault('DISCONNECT', client.version, ended.code, reason)) ??
    (reasonString === undefined
      ? null
      : at(said('failure_reason_string'), differs(ended.reasonString ?? undefined, reasonString, true)))
  if (fault !== null)
    throw new StepFailure(
      said('failure_of', {
        subject: `DISCONNECT ${reasonText('DISCONNECT', client.version, ended.code)}`,
        fault
      })
    )
}
