import type { Check } from './context'
import { notSupported, supported, unknown } from './finding'

/** Seconds that a session is asked to be kept. It is ended right after. */
const SESSION_EXPIRY = 3_600
/** The longest keep alive that MQTT allows, in seconds. */
const KEEP_ALIVE = 65_535
/** Pauses after which a message that expires after a second is looked for, in ms. */
const EXPIRY_PAUSES = [1_200, 1_000, 1_000, 1_000]

/** A session is kept while its client is away, with what was published meanwhile. */
const session: Check = {
  id: 'session',
  needs: ['qos0'],
  async run(context) {
    const topic = context.topic('session')
    const clientId = context.keptId()
    const first = await context.openOnce({ clientId, clean: false, sessionExpiry: SESSION_EXPIRY })
    await first.subscribe(topic, { qos: context.qos })
    await first.end()
    if (context.qos > 0) await (await context.open()).publish(topic, 'queued', { qos: 1 })
    const again = await context.openOnce({ clientId, clean: false, sessionExpiry: SESSION_EXPIRY })
    // CONNACK of MQTT 3.1 does not say whether there was a session.
    const isPresent = again.connack?.sessionPresent === true || again.version === 3
    const came =
      isPresent &&
      (context.qos === 0 || (await again.until(() => again.messages.length > 0, context.patience)))
    await again.end()
    await context.forget(clientId)
    if (came) return supported('works')
    return notSupported(isPresent ? 'notDelivered' : 'ignored')
  }
}

const sessionExpiry: Check = {
  id: 'sessionExpiry',
  version5: true,
  async run(context) {
    const clientId = context.keptId()
    const link = await context.openOnce({ clientId, sessionExpiry: SESSION_EXPIRY })
    const { sessionExpiryInterval: value = SESSION_EXPIRY } = link.connack?.properties ?? {}
    await link.end()
    await context.forget(clientId)
    if (value === SESSION_EXPIRY) return supported('asAsked', { value })
    return (value === 0 ? notSupported : supported)('adjusted', { value, asked: SESSION_EXPIRY })
  }
}

/** A retained message is gone after its expiry [MQTT-3.3.2-5]. */
const messageExpiry: Check = {
  id: 'messageExpiry',
  version5: true,
  needs: ['retain'],
  async run(context) {
    const topic = context.topic('expiry')
    const publisher = await context.open()
    await context.retain(publisher, topic, { messageExpiryInterval: 1 })
    for (const pause of EXPIRY_PAUSES) {
      await context.pause(pause)
      if (!(await context.isRetained(topic))) return supported('works')
    }
    await context.clear(publisher, topic)
    return notSupported('ignored')
  }
}

const keepAlive: Check = {
  id: 'keepAlive',
  version5: true,
  async run(context) {
    const { connack } = await context.openOnce({ keepAlive: KEEP_ALIVE })
    const value = connack?.properties?.serverKeepAlive ?? KEEP_ALIVE
    if (value === KEEP_ALIVE) return supported('asAsked', { value })
    return supported('adjusted', { value, asked: KEEP_ALIVE })
  }
}

/** An empty client id is accepted; MQTT 5 tells the one that was assigned [MQTT-3.2.2-16]. */
const assignedClientId: Check = {
  id: 'assignedClientId',
  async run(context) {
    if (context.version === 3) return unknown('notTested')
    const { connack } = await context.openOnce({ clientId: '' })
    const isTold = context.version !== 5 || connack?.properties?.assignedClientIdentifier
    return isTold ? supported('works') : notSupported('ignored')
  }
}

export const sessionChecks: Check[] = [session, sessionExpiry, messageExpiry, keepAlive, assignedClientId]
