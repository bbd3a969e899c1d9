import {
  Activity,
  ListFilter,
  LockKeyhole,
  Settings2,
  ShieldX,
  StickyNote,
  TriangleAlert,
  Users,
  Waypoints
} from '@lucide/svelte'
import { m } from '../../paraglide/messages'
import AccessSection from './access/AccessSection.svelte'
import BridgesSection from './bridges/BridgesSection.svelte'
import ClientsSection from './clients/ClientsSection.svelte'
import FaultsSection from './faults/FaultsSection.svelte'
import OverviewSection from './overview/OverviewSection.svelte'
import RefusedSection from './refused/RefusedSection.svelte'
import RetainedSection from './retained/RetainedSection.svelte'
import type { Section } from './section'
import SettingsSection from './settings/SettingsSection.svelte'
import SubscriptionsSection from './subscriptions/SubscriptionsSection.svelte'

/** The sections of the broker's page, in display order. */
export const sections: readonly Section[] = [
  { id: 'overview', name: m.section_overview, icon: Activity, component: OverviewSection },
  { id: 'clients', name: m.section_clients, icon: Users, component: ClientsSection },
  { id: 'subscriptions', name: m.section_subscriptions, icon: ListFilter, component: SubscriptionsSection },
  { id: 'retained', name: m.section_retained, icon: StickyNote, component: RetainedSection },
  { id: 'access', name: m.section_access, icon: LockKeyhole, component: AccessSection },
  { id: 'faults', name: m.section_faults, icon: TriangleAlert, component: FaultsSection },
  { id: 'bridges', name: m.section_bridges, icon: Waypoints, component: BridgesSection },
  { id: 'settings', name: m.section_settings, icon: Settings2, component: SettingsSection },
  { id: 'refused', name: m.section_refused, icon: ShieldX, component: RefusedSection }
]
