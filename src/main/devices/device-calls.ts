import type { CallsOf } from '../../shared/contract'
import type { PublishResult } from '../../shared/contract/messages'
import { topicOf } from '../decode/sparkplug-topic'
import type { HomeAssistant } from './home-assistant'
import type { SparkplugListing } from './listing'
import { rebirthPayload } from './rebirth'

interface Devices {
  /** Sparkplug B, and the share of the history read for it so far (null: all). */
  sparkplug: { listing: SparkplugListing; loading: number | null }
  homeAssistant: HomeAssistant
  /** Publishes at QoS 0. */
  publish: (topic: string, payload: Buffer) => Promise<PublishResult>
}

/** Calls about the devices found in a connection's messages. */
export function deviceCalls({
  sparkplug,
  homeAssistant,
  publish
}: Devices): CallsOf<'connection', 'sparkplug' | 'homeAssistant'> {
  return {
    'sparkplug.list': (wanted) => sparkplug.listing.list(wanted, sparkplug.loading),
    'sparkplug.get': (wanted) => sparkplug.listing.detail(wanted),
    'sparkplug.rebirth': ({ group, node }) =>
      publish(topicOf('NCMD', group, node, null), rebirthPayload(Date.now())),
    'homeAssistant.list': (wanted) => homeAssistant.list(wanted),
    'homeAssistant.get': (wanted) => homeAssistant.device(wanted)
  }
}
