import type { Aedes, PublishPacket } from 'aedes'

type Published = Parameters<Aedes['publish']>[0] & { brokerId?: string }

/**
 * Lets no message overtake another in aedes's eyes. It numbers messages when they are published, and takes one with a lower number than the last
 * that it delivered to a client for one that the client has had. But a retained message is stored first, and one of QoS 1 or 2 queued, which takes some turns: a
 * message that came later passes it, and the one that was passed is lost. So messages that go the same way are numbered for themselves.
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
