import type { Component } from 'svelte'
import type { BrokerState } from '../../state/broker.svelte'
import type { ConnectionsState } from '../../state/connections.svelte'
import type { ProfilesState } from '../../state/profiles.svelte'
import type { SettingsState } from '../../state/settings.svelte'
import type { CertificateState } from './certificate.svelte'
import type { FaultsState } from './faults/faults.svelte'

/** A section of the broker's page. */
export type SectionId =
  | 'overview'
  | 'clients'
  | 'subscriptions'
  | 'retained'
  | 'access'
  | 'faults'
  | 'bridges'
  | 'settings'
  | 'refused'

/** Shows the packets of a client, traced or not yet. It is another feature's: the shell brings it. */
export type ClientTraceView = Component<{ clientId: string; ontrace: (on: boolean) => void }>

/** What every section is given. A section fills its place (class `stack`), or is a ContentPage, which scrolls. */
export interface SectionProps {
  broker: BrokerState
  connections: ConnectionsState
  profiles: ProfilesState
  settings: SettingsState
  certificate: CertificateState
  clientTrace: ClientTraceView
  faults: FaultsState
  /** Shows another section. */
  onsection: (id: SectionId) => void
}

export interface Section {
  id: SectionId
  name: () => string
  icon: Component<{ size?: number; strokeWidth?: number }>
  component: Component<SectionProps>
}
