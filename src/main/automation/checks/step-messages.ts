import { FIRST_FAILURE } from '../../../shared/mqtt-codes'
import { readRequest } from '../collections/request-file'
import type { Acknowledgement, CheckClient, Sent } from './client'
import { differs } from './compare'
import { StepFailure } from './failure'
import type { Publish, StepInput } from './format'
import { encodedBytes, payloadBytes, wireProperties } from './outgoing'
import { reasonFault, reasonText } from './reasons'
import { at, reasonOf, said } from './said'
import { fileSentence } from './sentences'
import type { CheckSession } from './session'
import { textOf } from './values'

/** A message on its way, with what is expected of its acknowledgement. */
interface Underway {
  wanted: Publish
  client: CheckClient
  sent: Sent
}

/** Publishes messages at once, and waits for their acknowledgements. */
export async function publishStep(session: CheckSession, messages: StepInput<'publish'>): Promise<void> {
  const underway: Underway[] = []
  for (const wanted of messages) {
    const message =
      wanted.request === undefined ? wanted : { ...(await savedMessage(session, wanted.request)), ...wanted }
    if (message.topic === undefined) throw new StepFailure(said('failure_no_topic'))
    const client = await session.connected(wanted.as)
    const properties = client.version === 5 && message.properties ? wireProperties(message.properties) : {}
    const sent = client.publish(message.topic, payloadOf(session, message), {
      qos: message.qos ?? 0,
      retain: message.retain ?? false,
      ...(Object.keys(properties).length > 0 && { properties })
    })
    underway.push({ wanted: message, client, sent })
  }
  for (const each of underway) await acknowledged(session, each)
}

/** Throws StepFailure. */
function payloadOf(session: CheckSession, { payload, format, encode, schemaFile, type }: Publish): Buffer {
  if (encode === undefined) return payloadBytes(payload, format)
  const encoding = {
    format: encode,
    ...(schemaFile !== undefined && { schema: schemaFile.split('/').at(-1)! }),
    ...(type !== undefined && { type })
  }
  return encodedBytes(payload, encoding, () => session.schemas.forDecoders())
}

async function acknowledged(session: CheckSession, { wanted, client, sent }: Underway): Promise<void> {
  const { answer = {}, qos = 0 } = wanted
  const limit = answer.within ?? session.within
  const last = qos === 2 ? 'PUBCOMP' : 'PUBACK'
  const isOver = (): boolean => sent.end !== null || sent.error !== null || !client.isConnected
  if (answer.none === true) {
    if (qos === 0) throw new StepFailure(said('failure_never_acknowledged'))
    if (await session.pulse.until(() => sent.answer !== null || sent.end !== null, limit))
      throw new StepFailure(said('failure_acknowledged', { packet: sent.answer?.packet ?? last }))
    if (!client.isConnected)
      throw new StepFailure(said('failure_ended', { client: client.name, why: session.whyNot(client) }))
    return
  }
  // Give a late acknowledgement the usual time, so that the report can say how late it was.
  const patience = Math.max(limit, session.within)
  await session.pulse.until(isOver, patience)
  if (!sent.end) {
    if (sent.error && client.isConnected)
      throw new StepFailure(said('failure_unsent', { reason: reasonOf(sent.error) }))
    if (client.isConnected)
      throw new StepFailure(
        said('failure_no_packet', {
          packet: sent.answer && qos === 2 ? 'PUBCOMP' : sent.answer ? last : qos === 2 ? 'PUBREC' : 'PUBACK',
          time: seconds(patience)
        })
      )
    // At QoS 0 a broker that ends the connection is the answer to something else.
    if (qos > 0)
      throw new StepFailure(
        said('failure_ended_before', { client: client.name, packet: last, why: session.whyNot(client) })
      )
  }
  if (qos === 0) return
  const first = sent.answer ?? sent.end!
  checkAnswer(client, first, answer.reason, answer.reasonString)
  const { end } = sent
  if (answer.within !== undefined && end && end.milliseconds > answer.within)
    throw new StepFailure(
      said('failure_late_packet', {
        packet: end.packet,
        after: Math.round(end.milliseconds),
        within: answer.within
      })
    )
}

/** Without an expected reason, a refusal is a failure. */
export function checkAnswer(
  client: CheckClient,
  { packet, code, reasonString }: Acknowledgement,
  reason: unknown,
  expectedString?: unknown
): void {
  if (reason !== undefined) {
    const fault = reasonFault(packet, client.version, code, reason)
    if (fault !== null) throw new StepFailure(said('failure_of', { subject: packet, fault }))
  } else if (code >= FIRST_FAILURE) {
    const reason = reasonText(packet, client.version, code)
    throw new StepFailure(
      said('failure_refused', {
        packet,
        code: reasonString === null ? reason : said('failure_with', { fault: reason, more: reasonString })
      })
    )
  }
  if (expectedString !== undefined) {
    const fault = at(said('failure_reason_string'), differs(reasonString ?? undefined, expectedString, true))
    if (fault !== null) throw new StepFailure(said('failure_of', { subject: packet, fault }))
  }
}

export function seconds(milliseconds: number): string {
  return milliseconds < 1_000 ? `${Math.round(milliseconds)} ms` : `${Math.round(milliseconds / 100) / 10} s`
}

/** A saved message of the collection, expanded. */
async function savedMessage(session: CheckSession, file: string): Promise<Publish> {
  const { request, faults } = readRequest(file, await session.read(file))
  const fault = faults.find(({ warning }) => !warning)
  if (!request || fault)
    throw new StepFailure(
      fault
        ? said('failure_request_fault', { file, line: fault.line ?? 1, fault: fileSentence(fault) })
        : said('failure_request', { file })
    )
  const { topic, payload, format, encode, qos, retain, properties } = session.scope.expand(request, [
    file
  ]) as typeof request
  const { payloadFormat, contentType, messageExpiry, responseTopic, correlation, userProperties } = properties
  return {
    ...{ topic: textOf(topic), payload, format, qos, retain },
    ...(encode && { encode: encode.format, schemaFile: encode.schema, type: encode.type }),
    properties: {
      ...(payloadFormat !== 'none' && { payloadFormat }),
      ...(textOf(contentType) !== '' && { contentType: textOf(contentType) }),
      ...(textOf(messageExpiry) !== '' && { messageExpiry: Number(textOf(messageExpiry)) }),
      ...(textOf(responseTopic) !== '' && { responseTopic: textOf(responseTopic) }),
      ...(textOf(correlation.text) !== '' && { correlationData: { [correlation.as]: correlation.text } }),
      userProperties: userProperties.map(({ name, value }): [string, string] => [textOf(name), textOf(value)])
    }
  }
}

/** Subscribes at once; the step ends when every SUBACK is there. */
export async function subscribeStep(session: CheckSession, list: StepInput<'subscribe'>): Promise<void> {
  const began = await Promise.all(
    list.map(async (wanted) => {
      const client = await session.connected(wanted.as)
      const { filter, qos = 0, noLocal, retainAsPublished, retainHandling, identifier } = wanted
      const subscription = {
        ...{ filter, qos },
        ...(noLocal !== undefined && { noLocal }),
        ...(retainAsPublished !== undefined && { retainAsPublished }),
        ...(retainHandling !== undefined && { retainHandling }),
        ...(identifier !== undefined && { identifier })
      }
      return { wanted, client, answer: client.subscribe(subscription) }
    })
  )
  for (const { wanted, client, answer } of began) {
    const { code, reasonString, packet, milliseconds } = await answered(
      session,
      client,
      answer,
      'SUBACK',
      wanted.within
    )
    const acknowledgement = { packet, code, reasonString, milliseconds }
    if (wanted.granted !== undefined && wanted.granted !== code)
      throw new StepFailure(
        said('failure_granted', {
          filter: wanted.filter,
          qos: wanted.granted,
          code: reasonText('SUBACK', client.version, code)
        })
      )
    checkAnswer(client, acknowledgement, wanted.reason)
  }
}

export async function unsubscribeStep(session: CheckSession, list: StepInput<'unsubscribe'>): Promise<void> {
  for (const { as, filter, reason, within } of list) {
    const client = await session.connected(as)
    checkAnswer(
      client,
      await answered(session, client, client.unsubscribe(filter), 'UNSUBACK', within),
      reason
    )
  }
}

/** The acknowledgement of a client's packet. Throws StepFailure if none comes. */
async function answered(
  session: CheckSession,
  client: CheckClient,
  work: Promise<Acknowledgement>,
  packet: string,
  within = session.within
): Promise<Acknowledgement> {
  let answer: Acknowledgement | null = null
  let error: Error | null = null
  void work.then(
    (got) => {
      answer = got
      session.pulse.beat()
    },
    (failed: Error) => {
      error = failed
      session.pulse.beat()
    }
  )
  await session.pulse.until(() => answer !== null || error !== null || !client.isConnected, within)
  const got = answer as Acknowledgement | null
  if (got) return got
  const failed = error as Error | null
  if (!client.isConnected)
    throw new StepFailure(
      said('failure_ended_before', { client: client.name, packet, why: session.whyNot(client) })
    )
  throw new StepFailure(
    failed
      ? said('failure_not_asked', { reason: reasonOf(failed) })
      : said('failure_no_packet', { packet, time: seconds(within) })
  )
}
