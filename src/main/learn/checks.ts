import type { LearnPacket } from '../../shared/contract/learn'
import type { PacketDirection, PacketType } from '../../shared/contract/packets'
import { LEARN_ROOT, type LessonId, type StepOf } from '../../shared/lessons'
import { filterMatches } from '../../shared/topic'
import type { Evidence } from './evidence'

type Check = (evidence: Evidence) => boolean

/** ms after which a message that has not come will not come. */
const QUIET = 400
/** Messages in a row that show that nothing is lost any more. */
const IN_A_ROW = 5

/**
 * When a step is done. Each looks at what the broker tells about the learner's clients, whichever program they are, and at nothing that a
 * button did. A step is looked at once the one before it is done.
 */
export const checks: { [L in LessonId]: Record<StepOf<L>, Check> } = {
  topics: {
    connect: (e) => accepted(e).length > 0,
    subscribe: (e) => granted(e, topic('hello')).length > 0,
    publish: (e) => deliveries(e, topic('hello')).some(({ sent, got }) => sent.clientId !== got.clientId),
    echo: (e) => deliveries(e, topic('hello')).some(({ sent, got }) => sent.clientId === got.clientId)
  },
  wildcards: {
    plus: (e) =>
      granted(e, PLUS).some((suback) => {
        const got = received(e, suback.clientId).filter(
          ({ at, subject }) => at > suback.at && within(PLUS, subject)
        )
        return new Set(got.map(({ subject }) => subject)).size >= 2
      }),
    miss: (e) => granted(e, PLUS).some((suback) => missed(e, suback)),
    hash: (e) =>
      granted(e, HASH).some((suback) =>
        received(e, suback.clientId).some(
          ({ at, subject }) => at > suback.at && within(HASH, subject) && !within(PLUS, subject)
        )
      )
  },
  qos0: {
    lose: (e) => e.faults.some(({ spec }) => spec.kind === 'loss'),
    send: (e) => {
      const sent = published(e, topic('qos0')).filter(({ flags }) => flags?.qos === 0)
      return sent.some(({ lost }) => lost) && arrivals(e, topic('qos0')) > 0
    },
    repair: (e) => {
      if (e.faults.length > 0) return false
      const sent = published(e, topic('qos0'))
      const since = sent.slice(sent.findLastIndex(({ lost }) => lost) + 1)
      const [first] = since
      return (
        first !== undefined &&
        since.length >= IN_A_ROW &&
        arrivals(e, topic('qos0'), first.at) >= since.length
      )
    }
  },
  qos1: {
    publish: (e) => published(e, topic('qos1')).some((sent) => answered(e, sent, 'PUBACK')),
    lost: (e) => published(e, topic('qos1')).some((sent) => withheld(e, sent, 'PUBACK')),
    again: (e) =>
      resent(e, topic('qos1')).some(
        ({ first, again }) => answered(e, again, 'PUBACK') && arrivals(e, topic('qos1'), first.at) >= 2
      )
  },
  qos2: {
    four: (e) => published(e, topic('qos2')).some((sent) => wholeHandshake(e, sent)),
    lost: (e) => published(e, topic('qos2')).some((sent) => withheld(e, sent, 'PUBREC')),
    once: (e) =>
      resent(e, topic('qos2')).some(
        ({ first, again }) => wholeHandshake(e, again) && arrivals(e, topic('qos2'), first.at) === 1
      )
  },
  session: {
    away: (e) => e.clients.some(({ connected, subscriptions }) => !connected && subscriptions > 0),
    wait: (e) => e.clients.some(({ connected, waiting }) => !connected && waiting > 0),
    back: (e) =>
      e.events.some(
        (event) =>
          event.kind === 'connected' &&
          event.session === 'resumed' &&
          received(e, event.clientId).some(
            ({ at, subject }) => at >= event.at * 1_000 && within(topic('session'), subject)
          )
      )
  },
  retained: {
    kept: (e) => e.retained.includes(topic('retained')),
    late: (e) =>
      granted(e, topic('retained')).some(({ clientId, at: granted }) =>
        received(e, clientId).some(
          ({ at, flags, subject }) => at >= granted - EARLY && flags?.retain && subject === topic('retained')
        )
      ),
    will: (e) => willAfter(e, 'network')
  },
  connack: {
    accepted: (e) => accepted(e).length > 0,
    version: (e) => refusedWith(e, 1),
    identifier: (e) => refusedWith(e, 2),
    unavailable: (e) => refusedWith(e, 3),
    credentials: (e) => refusedWith(e, 4),
    authorized: (e) => refusedWith(e, 5)
  },
  keepalive: {
    ping: (e) =>
      all(e, 'out', 'PINGREQ').some(({ clientId, at }) =>
        all(e, 'in', 'PINGRESP').some((answer) => answer.clientId === clientId && answer.at > at)
      ),
    silent: (e) => willAfter(e, 'keepAlive')
  },
  sn: {
    connect: (e) => e.sn.size > 0,
    publish: (e) =>
      deliveries(e, topic('sn/temperature')).some(
        ({ sent, got }) => e.sn.has(sent.clientId) && !e.sn.has(got.clientId)
      ),
    sleep: (e) => e.clients.some(({ id, waiting, inFlight }) => e.asleep.has(id) && waiting + inFlight > 0),
    wake: (e) =>
      all(e, 'in', 'PUBLISH').some(
        ({ clientId, subject }) => e.sn.has(clientId) && subject === topic('sn/led')
      )
  }
}

/** µs by which a retained message may be traced before the SUBACK. */
const EARLY = 1_000_000
const topic = (name: string): string => `${LEARN_ROOT}/${name}`
const PLUS = topic('home/+/temperature')
const HASH = topic('home/#')

function within(filter: string, subject: string | null): boolean {
  return subject !== null && filterMatches(filter, subject)
}

function all({ packets }: Evidence, direction: PacketDirection, type: PacketType): LearnPacket[] {
  return packets.filter((packet) => packet.direction === direction && packet.type === type)
}

function accepted(e: Evidence): LearnPacket[] {
  return all(e, 'in', 'CONNACK').filter(({ code }) => code === 0)
}

function refusedWith(e: Evidence, code: number): boolean {
  return all(e, 'in', 'CONNACK').some((connack) => connack.code === code)
}

/** PUBLISH packets to a topic that clients sent, and those that a client received. */
function published(e: Evidence, to: string): LearnPacket[] {
  return all(e, 'out', 'PUBLISH').filter(({ subject }) => subject === to)
}

function received(e: Evidence, clientId: string): LearnPacket[] {
  return all(e, 'in', 'PUBLISH').filter((packet) => packet.clientId === clientId)
}

/** How many messages of a topic the client got that got most, since a moment in µs. */
function arrivals(e: Evidence, of: string, since = 0): number {
  const counts = new Map<string, number>()
  for (const { clientId, subject, at } of all(e, 'in', 'PUBLISH'))
    if (subject === of && at >= since) counts.set(clientId, (counts.get(clientId) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}

/** Messages with the next PUBLISH of the same topic and size that each client received. */
function deliveries(e: Evidence, of: string): { sent: LearnPacket; got: LearnPacket }[] {
  const incoming = all(e, 'in', 'PUBLISH').filter(({ subject }) => subject === of)
  const outgoing = published(e, of)
  return outgoing.flatMap((sent, index) => {
    const until = outgoing[index + 1]?.at ?? Infinity
    return incoming.filter(({ at }) => at >= sent.at && at < until).map((got) => ({ sent, got }))
  })
}

/** The SUBACK packets that granted a filter. */
function granted(e: Evidence, filter: string): LearnPacket[] {
  const asked = all(e, 'out', 'SUBSCRIBE').filter(({ subject }) => subject === filter)
  return asked.flatMap((subscribe) => answer(e, subscribe, 'SUBACK') ?? []).filter(({ failed }) => !failed)
}

/** The first packet of a type to the same client, with the same packet identifier, after a packet. */
function answer(
  e: Evidence,
  to: LearnPacket,
  type: PacketType,
  direction: PacketDirection = 'in'
): LearnPacket | undefined {
  return all(e, direction, type).find(
    ({ clientId, packetId, at }) => clientId === to.clientId && packetId === to.packetId && at > to.at
  )
}

function answered(e: Evidence, sent: LearnPacket, type: PacketType): boolean {
  const found = answer(e, sent, type)
  return found !== undefined && !found.lost
}

function withheld(e: Evidence, sent: LearnPacket, type: PacketType): boolean {
  return answer(e, sent, type)?.lost ?? false
}

/** PUBREC, PUBREL and PUBCOMP follow (MQTT 3.1.1, 4.3.3). */
function wholeHandshake(e: Evidence, sent: LearnPacket): boolean {
  const pubrec = answer(e, sent, 'PUBREC')
  const pubrel = pubrec && !pubrec.lost && answer(e, pubrec, 'PUBREL', 'out')
  return Boolean(pubrel && answer(e, pubrel, 'PUBCOMP'))
}

/** Messages that were sent again because their acknowledgement was lost. Not every library sets DUP, as MQTT asks for [MQTT-3.3.1-1]. */
function resent(e: Evidence, to: string): { first: LearnPacket; again: LearnPacket }[] {
  const sent = published(e, to)
  return sent.flatMap((first) => {
    const lost = e.packets.find(
      ({ clientId, packetId, lost, at, direction }) =>
        lost &&
        direction === 'in' &&
        clientId === first.clientId &&
        packetId === first.packetId &&
        at > first.at
    )
    const again =
      lost &&
      sent.find(
        ({ clientId, packetId, at }) =>
          clientId === first.clientId && packetId === first.packetId && at > lost.at
      )
    return again ? [{ first, again }] : []
  })
}

/** A client that subscribes with `+` only did not get a message that `+` does not match. */
function missed(e: Evidence, suback: LearnPacket): boolean {
  return all(e, 'out', 'PUBLISH').some(({ subject, at }) => {
    if (at < suback.at || !within(HASH, subject) || within(PLUS, subject)) return false
    const until = at + QUIET * 1_000
    const isMine = ({ clientId, at: then }: LearnPacket): boolean =>
      clientId === suback.clientId && then < until
    const others = all(e, 'out', 'SUBSCRIBE').some((each) => isMine(each) && each.subject !== PLUS)
    const got = received(e, suback.clientId).some(
      (each) => isMine(each) && each.at >= at && each.subject === subject
    )
    return until < e.now * 1_000 && !others && !got
  })
}

/** A client was lost, and another one got a will that nobody published. */
function willAfter(e: Evidence, cause: 'network' | 'keepAlive'): boolean {
  return e.events.some(
    (event) =>
      event.kind === 'disconnected' &&
      event.cause === cause &&
      all(e, 'in', 'PUBLISH').some(
        ({ clientId, subject, at }) =>
          clientId !== event.clientId &&
          at >= (event.at - 1_000) * 1_000 &&
          subject?.startsWith(topic('will/')) &&
          published(e, subject).length === 0
      )
  )
}
