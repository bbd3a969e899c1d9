import { FIRST_FAILURE } from '../../shared/mqtt-codes'
import { refused } from './check-messages'
import type { Check } from './context'
import { notSupported, supported, unknown } from './finding'

/** Messages published to a shared subscription. */
const SHARED_MESSAGES = 10
const IDENTIFIER = 7

/** `#`, which sees everything: a message of anybody tells that it works. */
const everything: Check = {
  id: 'everything',
  needs: ['qos0', 'wildcardHash'],
  async run(context) {
    const link = await context.open()
    // Without retained messages (MQTT 5): a broker may have very many.
    const granted = await link.subscribe('#', { rh: 2 })
    if (granted.code >= FIRST_FAILURE) return refused(granted, link)
    const publisher = await context.open()
    await publisher.publish(context.topic('everything'), 'seen', { qos: context.qos })
    const came = await link.until(() => link.messages.length + link.others > 0, context.patience)
    return came ? supported('works') : notSupported('silent')
  }
}

const sys: Check = {
  id: 'sys',
  async run(context) {
    if (context.announced.wildcardSubscriptionAvailable === false) return unknown('notTested')
    const link = await context.open()
    const granted = await link.subscribe('$SYS/#', {})
    if (granted.code >= FIRST_FAILURE) return refused(granted, link)
    const came = await link.until(() => link.others > 0, context.patience)
    return came ? supported('works') : unknown('silent')
  }
}

/** Each message must go to one of two subscribers (5.0, 4.8.2); brokers for 3.1.1 often have it too. */
const shared: Check = {
  id: 'shared',
  needs: ['qos0'],
  async run(context) {
    if (context.announced.sharedSubscriptionAvailable === false) return notSupported('unavailable')
    const topic = context.topic('shared')
    const [one, other, publisher] = [await context.open(), await context.open(), await context.open()]
    for (const link of [one, other]) {
      const granted = await link.subscribe(`$share/treetop/${topic}`, { qos: context.qos })
      if (granted.code >= FIRST_FAILURE) return refused(granted, link)
    }
    for (let n = 0; n < SHARED_MESSAGES; n++) await publisher.publish(topic, String(n), { qos: context.qos })
    const count = (): number => one.messages.length + other.messages.length
    const isComplete = (): boolean => count() >= SHARED_MESSAGES
    await Promise.race([one.until(isComplete, context.patience), other.until(isComplete, context.patience)])
    if (count() === 0) return notSupported('notDelivered')
    // A copy for each subscriber would come before the answer.
    await Promise.all([one.ping(), other.ping()])
    return count() === SHARED_MESSAGES ? supported('works') : notSupported('ignored')
  }
}

const subscriptionIds: Check = {
  id: 'subscriptionIds',
  version5: true,
  needs: ['qos0'],
  async run(context) {
    if (context.announced.subscriptionIdentifiersAvailable === false) return notSupported('unavailable')
    const topic = context.topic('identifier')
    const link = await context.open()
    const granted = await link.subscribe(topic, { qos: context.qos, identifier: IDENTIFIER })
    if (granted.code >= FIRST_FAILURE) return refused(granted, link)
    await link.publish(topic, 'identified', { qos: context.qos })
    if (!(await link.until(() => link.messages.length > 0, context.patience)))
      return notSupported('notDelivered')
    const came: number | number[] | undefined = link.messages[0]!.packet.properties?.subscriptionIdentifier
    return [came].flat().includes(IDENTIFIER) ? supported('works') : notSupported('ignored')
  }
}

/** A client's own messages are not sent to it [MQTT-3.8.3-3]. A second message tells when the first does not come any more. */
const noLocal: Check = {
  id: 'noLocal',
  version5: true,
  needs: ['qos0'],
  async run(context) {
    const [silent, heard] = [context.topic('no-local'), context.topic('local')]
    const link = await context.open()
    const granted = await link.subscribe(silent, { qos: context.qos, nl: true })
    if (granted.code >= FIRST_FAILURE) return refused(granted, link)
    await link.subscribe(heard, { qos: context.qos })
    for (const topic of [silent, heard]) await link.publish(topic, 'own', { qos: context.qos })
    const came = await link.until(() => link.messages.some(({ topic }) => topic === heard), context.patience)
    if (!came) return notSupported('notDelivered')
    return link.messages.some(({ topic }) => topic === silent) ? notSupported('ignored') : supported('works')
  }
}

/** The retain flag of a live message stays as it was published (5.0, 3.3.1.3). */
const retainAsPublished: Check = {
  id: 'retainAsPublished',
  version5: true,
  needs: ['retain'],
  async run(context) {
    const topic = context.topic('as-published')
    const link = await context.open()
    const granted = await link.subscribe(topic, { qos: context.qos, rap: true })
    if (granted.code >= FIRST_FAILURE) return refused(granted, link)
    await context.retain(link, topic)
    const came = await link.until(() => link.messages.length > 0, context.patience)
    await context.clear(link, topic)
    if (!came) return notSupported('notDelivered')
    return link.messages[0]!.packet.retain ? supported('works') : notSupported('ignored')
  }
}

export const subscriptionChecks: Check[] = [
  everything,
  sys,
  shared,
  subscriptionIds,
  noLocal,
  retainAsPublished
]
