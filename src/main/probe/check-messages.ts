import type { ProbeItemId } from '../../shared/contract/probe'
import type { Qos } from '../../shared/message'
import { FIRST_FAILURE } from '../../shared/mqtt-codes'
import type { Check } from './context'
import { answerOf, notSupported, supported, type Found } from './finding'
import type { Link } from './link'
import type { Reply } from './replies'
import { round } from './trace'

/** How many messages are measured. */
const SAMPLES = 5

/** QoS 0 to 2, with times. */
function qosCheck(id: ProbeItemId, qos: Qos): Check {
  return {
    id,
    async run(context) {
      const { maximumQoS = 2 } = context.announced
      if (qos > maximumQoS) return notSupported('unavailable', { value: maximumQoS })
      const topic = context.topic(id)
      const link = await context.open()
      const granted = await link.subscribe(topic, { qos })
      if (granted.code >= FIRST_FAILURE) return refused(granted, link)
      const times: { roundTrip: number; acknowledged: number }[] = []
      for (let sample = 0; sample < SAMPLES; sample++) {
        const sent = performance.now()
        const reply = await link.publish(topic, String(sample), { qos })
        if (reply.code >= FIRST_FAILURE) return refused(reply, link)
        const came = await link.until(() => link.messages.length > sample, context.patience)
        if (!came) return notSupported('notDelivered')
        times.push({ roundTrip: link.messages[sample]!.at - sent, acknowledged: reply.milliseconds })
      }
      const roundTrip = median(times.map((time) => time.roundTrip))
      const acknowledged = qos === 0 ? null : median(times.map((time) => time.acknowledged))
      context.measured(roundTrip)
      if (granted.code < qos)
        return notSupported('downgraded', { value: granted.code, roundTrip, acknowledged })
      return supported('delivered', { roundTrip, acknowledged })
    }
  }
}

const retain: Check = {
  id: 'retain',
  needs: ['qos0'],
  async run(context) {
    if (context.announced.retainAvailable === false) return notSupported('unavailable')
    const topic = context.topic('retain')
    const publisher = await context.open()
    const reply = await context.retain(publisher, topic)
    if (reply.code >= FIRST_FAILURE) return refused(reply, publisher)
    const isKept = await context.isRetained(topic)
    await context.clear(publisher, topic)
    return isKept ? supported('works') : notSupported('ignored')
  }
}

const retainCleared: Check = {
  id: 'retainCleared',
  needs: ['retain'],
  async run(context) {
    const topic = context.topic('cleared')
    const publisher = await context.open()
    await context.retain(publisher, topic)
    return (await context.clear(publisher, topic)) ? supported('works') : notSupported('stillRetained')
  }
}

/** A wildcard below the own topic. */
function wildcardCheck(id: ProbeItemId, filter: string, topic: string): Check {
  return {
    id,
    needs: ['qos0'],
    async run(context) {
      if (context.announced.wildcardSubscriptionAvailable === false) return notSupported('unavailable')
      const link = await context.open()
      const granted = await link.subscribe(context.topic(filter), { qos: context.qos })
      if (granted.code >= FIRST_FAILURE) return refused(granted, link)
      await link.publish(context.topic(topic), 'wild', { qos: context.qos })
      const came = await link.until(() => link.messages.length > 0, context.patience)
      return came ? supported('works') : notSupported('notDelivered')
    }
  }
}

const will: Check = {
  id: 'will',
  needs: ['qos0'],
  async run(context) {
    const topic = context.topic('will')
    const watcher = await context.open()
    await watcher.subscribe(topic, { qos: 0 })
    const dying = await context.openOnce({ will: { topic, payload: 'gone', qos: 0 } })
    dying.drop()
    const came = await watcher.until(() => watcher.messages.length > 0, WILL_PATIENCE)
    return came ? supported('works') : notSupported('notDelivered')
  }
}

/** How long a broker may take to notice that a connection is gone, in ms. */
const WILL_PATIENCE = 5_000

export const messageChecks: Check[] = [
  qosCheck('qos0', 0),
  qosCheck('qos1', 1),
  qosCheck('qos2', 2),
  retain,
  retainCleared,
  wildcardCheck('wildcardPlus', 'plus/+/end', 'plus/any/end'),
  wildcardCheck('wildcardHash', 'hash/#', 'hash/any/end'),
  will
]

export function refused(reply: Reply, link: Link): Found {
  return notSupported('refused', { answer: answerOf(reply, link.version) })
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return round(sorted[Math.floor(sorted.length / 2)]!)
}
