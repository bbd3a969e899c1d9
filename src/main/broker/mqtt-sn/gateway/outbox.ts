import type { Acknowledgement } from '../../codec/packet'
import { TYPE } from '../../codec/packet'
import type { Clock } from '../../core/clock'
import { RETURN_CODE, SN, type SnPacket, type SnTopic } from '../codec/packet'
import type { Delivered } from './mqtt-line'
import { Retry } from './retry'
import type { Topics } from './topics'

/** What fits into a UDP datagram over IPv4, less the header of PUBLISH or REGISTER and the longest encapsulation. */
export const MOST_PAYLOAD = 65_507 - 9 - 255

const LAST_MESSAGE_ID = 65_535

type Job = { kind: 'publish'; message: Delivered } | { kind: 'release'; packetId: number }

export interface OutboxEvents {
  send(packet: SnPacket): void
  /** Tells the broker. */
  acknowledge(type: Acknowledgement['type'], packetId: number): void
  /** The client has to answer before it gets more. */
  busy(): void
  /** Everything is answered. */
  idle(): void
  /** The client does not answer (6.13). */
  lost(): void
  /** A message that the client cannot get is taken as delivered. */
  dropped(): void
}

/** Brings a client its messages, one at a time (MQTT-SN 1.2, 6.10), each after its topic has an id that the client knows. */
export class Outbox {
  private readonly jobs: Job[] = []
  /** Which answer is missing for the first job; `release`: the broker's PUBREL. */
  private waitsFor: 'regack' | 'puback' | 'pubrec' | 'pubcomp' | 'release' | null = null
  private resend: ((isAgain: boolean) => void) | null = null
  private registering = { topicId: 0, messageId: 0 }
  private isPaused = false
  private isBusy = false
  /** The message whose topic was registered once more, because the client did not know its id. */
  private again: Delivered | null = null
  /** A QoS 2 message that was dropped: the broker's PUBREL for it is answered here. */
  private droppedId: number | null = null
  private readonly retry: Retry

  constructor(
    clock: Clock,
    private readonly topics: Topics,
    private readonly events: OutboxEvents
  ) {
    this.retry = new Retry(clock, () => events.lost())
  }

  get isIdle(): boolean {
    return this.jobs.length === 0 && this.waitsFor === null
  }

  publish(message: Delivered): void {
    this.jobs.push({ kind: 'publish', message })
    this.next()
  }

  /** PUBREL from the broker. */
  release(packetId: number): void {
    if (packetId === this.droppedId) {
      this.droppedId = null
      return this.events.acknowledge(TYPE.PUBCOMP, packetId)
    }
    if (this.waitsFor === 'release') {
      this.waitsFor = null
      this.jobs.unshift({ kind: 'release', packetId })
    } else this.jobs.push({ kind: 'release', packetId })
    this.next()
  }

  /** The client sleeps: what is under way waits (6.14). */
  pause(): void {
    this.isPaused = true
    this.retry.stop()
  }

  /** The client is awake: what was under way is sent again. */
  resume(): void {
    if (!this.isPaused) return
    this.isPaused = false
    const { resend } = this
    if (resend) this.retry.start(() => resend(true))
    else this.next()
  }

  close(): void {
    this.pause()
    this.jobs.length = 0
  }

  /** The answers of a client; each returns whether it was expected. */
  regack(messageId: number, returnCode: number): boolean {
    if (this.waitsFor !== 'regack' || messageId !== this.registering.messageId) return false
    if (returnCode === RETURN_CODE.CONGESTION) return true
    this.answered()
    this.topics.confirm(this.registering.topicId, returnCode === RETURN_CODE.ACCEPTED)
    if (returnCode !== RETURN_CODE.ACCEPTED) this.drop()
    this.next()
    return true
  }

  puback(topicId: number, messageId: number, returnCode: number): boolean {
    if (returnCode === RETURN_CODE.INVALID_TOPIC_ID) this.topics.confirm(topicId, false)
    const message = this.current
    if (!message || messageId !== message.packetId || message.qos === 0)
      return returnCode === RETURN_CODE.INVALID_TOPIC_ID
    // A client that is congested gets the message again after T_retry (6.10).
    if (returnCode === RETURN_CODE.CONGESTION) return true
    if (message.qos === 2 && returnCode === RETURN_CODE.ACCEPTED) return false
    this.answered()
    if (returnCode === RETURN_CODE.ACCEPTED) {
      this.jobs.shift()
      this.events.acknowledge(TYPE.PUBACK, messageId)
    } else if (returnCode !== RETURN_CODE.INVALID_TOPIC_ID || this.again === message) this.drop()
    else this.again = message
    this.next()
    return true
  }

  pubrec(messageId: number): boolean {
    const [job] = this.jobs
    if (job?.kind === 'release' && job.packetId === messageId) {
      this.resend?.(true)
      return true
    }
    if (this.waitsFor === 'release') return true
    if (this.current?.packetId === messageId && this.waitsFor === 'pubrec') {
      this.answered()
      this.jobs.shift()
      this.waitsFor = 'release'
    }
    // The broker answers with PUBREL, also if it does not know the message any more.
    this.events.acknowledge(TYPE.PUBREC, messageId)
    return true
  }

  pubcomp(messageId: number): boolean {
    const [job] = this.jobs
    if (job?.kind !== 'release' || job.packetId !== messageId) return false
    this.answered()
    this.jobs.shift()
    this.events.acknowledge(TYPE.PUBCOMP, messageId)
    this.next()
    return true
  }

  /** The message that the client has to answer. */
  private get current(): Delivered | null {
    const [job] = this.jobs
    return job?.kind === 'publish' && this.waitsFor !== null ? job.message : null
  }

  private answered(): void {
    this.retry.stop()
    this.resend = null
    this.waitsFor = null
  }

  private next(): void {
    if (this.isPaused) return
    while (this.waitsFor === null) {
      const [job] = this.jobs
      if (!job) return this.idle()
      if (job.kind === 'release') {
        this.ask('pubcomp', () => this.events.send({ type: SN.PUBREL, messageId: job.packetId }))
      } else this.deliver(job.message)
    }
  }

  private idle(): void {
    if (!this.isBusy) return
    this.isBusy = false
    this.events.idle()
  }

  private deliver(message: Delivered): void {
    if (message.payload.length > MOST_PAYLOAD || Buffer.byteLength(message.topic) > MOST_PAYLOAD)
      return this.drop()
    const topic = this.topics.shortest(message.topic)
    if (!topic) return this.register(message.topic)
    const send = (dup: boolean): void => this.events.send(publishPacket(message, topic, dup))
    if (message.qos > 0) return this.ask(message.qos === 1 ? 'puback' : 'pubrec', send)
    this.jobs.shift()
    send(false)
  }

  private register(topic: string): void {
    const topicId = this.topics.reserve(topic)
    if (topicId === null) return this.drop()
    const messageId = (this.registering.messageId % LAST_MESSAGE_ID) + 1
    this.registering = { topicId, messageId }
    this.ask('regack', () => this.events.send({ type: SN.REGISTER, topicId, messageId, topic }))
  }

  private ask(answer: NonNullable<typeof this.waitsFor>, send: (isAgain: boolean) => void): void {
    this.waitsFor = answer
    this.resend = send
    if (!this.isBusy) this.events.busy()
    this.isBusy = true
    this.retry.start(send)
  }

  /** Takes the first message as delivered. */
  private drop(): void {
    const job = this.jobs.shift()
    if (job?.kind !== 'publish') return
    const { qos, packetId } = job.message
    this.events.dropped()
    if (qos === 2) this.droppedId = packetId
    if (qos > 0) this.events.acknowledge(qos === 1 ? TYPE.PUBACK : TYPE.PUBREC, packetId)
  }
}

function publishPacket(message: Delivered, topic: SnTopic, dup: boolean): SnPacket {
  const { qos, retain, packetId, payload } = message
  return { type: SN.PUBLISH, dup: dup && qos > 0, qos, retain, topic, messageId: packetId, payload }
}
