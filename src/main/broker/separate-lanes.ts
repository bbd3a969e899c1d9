import type { Aedes, PublishPacket } from 'aedes'

type Published = Parameters<Aedes['publish']>[0] & { brokerId?: string }

/**
 * Numbers messages per lane, so that aedes drops none that another one overtook. aedes numbers messages when they are published, and
 * treats a message with a lower number than the last one delivered to a client as already delivered. But a retained message is stored
 * first, and a QoS 1 or 2 message is queued, which takes some turns of the event loop: a later message overtakes it, and the overtaken
 * message is lost. Within a lane, messages cannot overtake each other.
 */
export function separateLanes(aedes: Aedes): void {
  const publish = aedes.publish.bind(aedes) as (packet: Published, ...rest: unknown[]) => void
  const { id } = aedes
  aedes.publish = (packet: Published, ...rest: unknown[]) => {
    publish({ ...packet, brokerId: `${id}/${laneOf(packet)}` }, ...rest)
  }
}

function laneOf({ qos, retain }: Pick<PublishPacket, 'qos' | 'retain'>): string {
  return `${qos > 0 ? 'queued' : 'direct'}${retain ? '/retained' : ''}`
}
