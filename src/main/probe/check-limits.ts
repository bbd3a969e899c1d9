import { FIRST_FAILURE } from '../../shared/mqtt-codes'
import { LimitReached, type Check, type CheckContext } from './context'
import { notSupported, supported, unknown, type Found } from './finding'
import { LinkClosed, type Link } from './link'
import { largest, type Bounds } from './search'

/** A search connects up to 30 times. */
const SEARCH_LIMIT = 90_000
/** The longest text in MQTT, in bytes (1.5.4 UTF-8 Encoded String). */
const LONGEST_TEXT = 65_535
/** The largest packet that is tried, in bytes. */
const LARGEST_TRIED = 1_000_000
/** What a PUBLISH has besides its topic and payload, at most: header, lengths, packet identifier, no properties (5.0, 3.3). */
const PUBLISH_OVERHEAD = 5 + 2 + 2 + 1
/** Receive Maximum of a broker that names none (5.0, 3.2.2.3.3). */
const DEFAULT_RECEIVE_MAXIMUM = 65_535

const receiveMaximum: Check = {
  id: 'receiveMaximum',
  version5: true,
  run({ announced: { receiveMaximum: value } }) {
    const told = value === undefined ? 'byDefault' : 'announced'
    return Promise.resolve(supported(told, { value: value ?? DEFAULT_RECEIVE_MAXIMUM }))
  }
}

const packetSize: Check = {
  id: 'packetSize',
  version5: true,
  run({ announced: { maximumPacketSize: value } }) {
    return Promise.resolve(value === undefined ? supported('byDefault') : supported('announced', { value }))
  }
}

/** How many aliases the broker accepts, and whether one stands for its topic (5.0, 3.3.2.3.4). */
const topicAlias: Check = {
  id: 'topicAlias',
  version5: true,
  needs: ['qos0'],
  async run(context) {
    const { topicAliasMaximum: value } = context.announced
    if (!value) return notSupported(value === 0 ? 'announced' : 'byDefault', { value: 0 })
    const topic = context.topic('alias')
    const link = await context.open()
    await link.subscribe(topic, { qos: context.qos })
    const properties = { topicAlias: 1 }
    await link.publish(topic, 'named', { qos: context.qos, properties })
    await link.publish('', 'alias', { qos: context.qos, properties: { ...properties } })
    const came = await link.until(
      () => link.messages.some(({ payload }) => payload === 'alias'),
      context.patience
    )
    return came ? supported('announced', { value }) : notSupported('notDelivered', { value })
  }
}

const topicLength: Check = {
  id: 'topicLength',
  needs: ['wildcardHash'],
  limit: SEARCH_LIMIT,
  async run(context) {
    const prefix = context.topic('length/')
    const { maximumPacketSize = Infinity } = context.announced
    const most = Math.min(LONGEST_TEXT, maximumPacketSize - PUBLISH_OVERHEAD)
    const delivers = deliveryTo(context, `${prefix}#`)
    const bounds = await search(context, { least: 64, most, share: 0 }, (size) =>
      delivers(prefix.padEnd(size, 'x'), Buffer.alloc(0))
    )
    return lengthFound(bounds, { most, isEnd: most === LONGEST_TEXT })
  }
}

const packetPassed: Check = {
  id: 'packetPassed',
  needs: ['qos0'],
  limit: SEARCH_LIMIT,
  async run(context) {
    const topic = context.topic('size')
    const { maximumPacketSize = Infinity } = context.announced
    const most = Math.min(LARGEST_TRIED, maximumPacketSize)
    const delivers = deliveryTo(context, topic)
    const bounds = await search(context, { least: 128, most, share: 1 / 512 }, (size) =>
      delivers(topic, Buffer.alloc(size - overheadOf(topic, size, context), 'x'))
    )
    return lengthFound(bounds, { most, isEnd: most === maximumPacketSize })
  }
}

const clientIdLength: Check = {
  id: 'clientIdLength',
  limit: SEARCH_LIMIT,
  async run(context) {
    const start = `treetop-p${context.root.split('/').at(-1)}`
    const bounds = await search(context, { least: 23, most: LONGEST_TEXT, share: 0 }, async (size) => {
      try {
        const link = await context.openOnce({ clientId: start.padEnd(size, 'x') })
        await link.end()
        return true
      } catch (error) {
        if (!(error instanceof LinkClosed)) throw error
        // Without an answer, it may be the broker that is gone.
        if (error.fault.kind !== 'connack') await context.reach()
        return false
      }
    })
    return lengthFound(bounds, { most: LONGEST_TEXT, isEnd: true })
  }
}

export const limitChecks: Check[] = [
  receiveMaximum,
  topicAlias,
  topicLength,
  clientIdLength,
  packetSize,
  packetPassed
]

/** Searches within the limits of the item and of the probe. */
async function search(
  context: CheckContext,
  range: { least: number; most: number; share: number },
  passes: (size: number) => Promise<boolean>
): Promise<Bounds> {
  const bounds: Bounds = { passed: 0, failed: null, isCut: false }
  try {
    await largest(range, bounds, (size) => {
      context.spend(size)
      return passes(size)
    })
  } catch (error) {
    if (!(error instanceof LimitReached)) throw error
    bounds.isCut = true
  }
  return bounds
}

/** `isEnd`: nothing above `most` is allowed, by the specification or by the broker. */
function lengthFound(
  { passed: value, isCut }: Bounds,
  { most, isEnd }: { most: number; isEnd: boolean }
): Found {
  if (value === 0) return unknown(isCut ? 'timeLimit' : 'notDelivered')
  const isAll = value === most && !isEnd
  return supported(isCut || isAll ? 'atLeast' : 'upTo', { value })
}

/** Returns a function that tells whether a message arrives. It connects again after the broker closed the connection. */
function deliveryTo(
  context: CheckContext,
  filter: string
): (topic: string, payload: Buffer) => Promise<boolean> {
  let link: Link | null = null
  const subscribed = async (): Promise<Link> => {
    const opened = await context.open()
    await opened.subscribe(filter, { qos: context.qos })
    return opened
  }
  return async (topic, payload) => {
    try {
      const current = (link ??= await subscribed())
      const before = current.messages.length
      const { code } = await current.publish(topic, payload, { qos: context.qos })
      if (code >= FIRST_FAILURE) return false
      // Large messages take their time; what is to come comes before the answer, or soon after.
      await current.ping()
      return await current.until(() => current.messages.length > before, context.patience)
    } catch (error) {
      if (!(error instanceof LinkClosed)) throw error
      link = null
      return false
    }
  }
}

/** What a PUBLISH of a total size has besides its payload, in bytes (2.1.4 Remaining Length; 3.3). */
function overheadOf(topic: string, size: number, { version, qos }: CheckContext): number {
  const variable = 2 + Buffer.byteLength(topic) + (qos === 0 ? 0 : 2) + (version === 5 ? 1 : 0)
  const lengthBytes = [1, 2, 3, 4].find((bytes) => size - 1 - bytes < 128 ** bytes) ?? 4
  return 1 + lengthBytes + variable
}
