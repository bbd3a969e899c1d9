import {
  Copy,
  Gauge,
  HandHelping,
  KeyRound,
  MailX,
  PackageX,
  Power,
  Satellite,
  ServerCrash,
  ShieldX,
  Signal,
  Timer,
  Unplug
} from '@lucide/svelte'
import type { Component } from 'svelte'
import { m } from '../../../paraglide/messages'
import { defaultFault, type FaultDraft, type SharedDraft } from './fault-draft'

/** Faults that people know from the field, ready to start. */
export interface Preset {
  id: string
  icon: Component<{ size?: number; strokeWidth?: number }>
  name: () => string
  text: () => string
  faults: readonly Partial<FaultDraft>[]
  shared?: Partial<SharedDraft>
}

export interface PresetGroup {
  name: () => string
  presets: readonly Preset[]
}

export const presetGroups: readonly PresetGroup[] = [
  {
    name: m.faults_group_network,
    presets: [
      {
        id: 'mobile',
        icon: Signal,
        name: m.faults_preset_mobile,
        text: m.faults_preset_mobile_text,
        faults: [
          { kind: 'latency', delay: 500, jitter: 400 },
          { kind: 'disconnect', by: 'chance', percent: 1 }
        ]
      },
      {
        id: 'satellite',
        icon: Satellite,
        name: m.faults_preset_satellite,
        text: m.faults_preset_satellite_text,
        faults: [{ kind: 'latency', delay: 300 }]
      },
      {
        id: 'flapping',
        icon: Unplug,
        name: m.faults_preset_flapping,
        text: m.faults_preset_flapping_text,
        faults: [{ kind: 'disconnect', by: 'count', every: 20 }]
      },
      {
        id: 'slow',
        icon: Gauge,
        name: m.faults_preset_slow,
        text: m.faults_preset_slow_text,
        faults: [{ kind: 'slowReading', speed: 1_000 }]
      }
    ]
  },
  {
    name: m.faults_group_delivery,
    presets: [
      {
        id: 'loss',
        icon: PackageX,
        name: m.faults_preset_loss,
        text: m.faults_preset_loss_text,
        faults: [{ kind: 'loss', packets: 'publish', by: 'chance', percent: 10 }]
      },
      {
        id: 'puback',
        icon: MailX,
        name: m.faults_preset_puback,
        text: m.faults_preset_puback_text,
        faults: [{ kind: 'withhold', withheld: ['PUBACK'], limit: 'times', times: 1 }]
      },
      {
        id: 'pubcomp',
        icon: HandHelping,
        name: m.faults_preset_pubcomp,
        text: m.faults_preset_pubcomp_text,
        faults: [{ kind: 'withhold', withheld: ['PUBCOMP'], limit: 'times', times: 1 }]
      },
      {
        id: 'duplicate',
        icon: Copy,
        name: m.faults_preset_duplicate,
        text: m.faults_preset_duplicate_text,
        faults: [{ kind: 'duplicate' }]
      }
    ]
  },
  {
    name: m.faults_group_broker,
    presets: [
      {
        id: 'full',
        icon: ServerCrash,
        name: m.faults_preset_full,
        text: m.faults_preset_full_text,
        faults: [{ kind: 'connack', returnCode: 3, reasonCode: 0x97 }, { kind: 'quota' }]
      },
      {
        id: 'queue',
        icon: Timer,
        name: m.faults_preset_queue,
        text: m.faults_preset_queue_text,
        faults: [{ kind: 'queueFull' }]
      },
      {
        id: 'password',
        icon: KeyRound,
        name: m.faults_preset_password,
        text: m.faults_preset_password_text,
        faults: [{ kind: 'connack', returnCode: 4, reasonCode: 0x86 }]
      },
      {
        id: 'denied',
        icon: ShieldX,
        name: m.faults_preset_denied,
        text: m.faults_preset_denied_text,
        faults: [{ kind: 'suback', subackCode: 0x87 }]
      },
      {
        id: 'away',
        icon: Power,
        name: m.faults_preset_away,
        text: m.faults_preset_away_text,
        faults: [{ kind: 'away' }],
        shared: { seconds: 30 }
      }
    ]
  }
]

/** The drafts of a preset. */
export function draftsOf({ faults }: Pick<Preset, 'faults'>): FaultDraft[] {
  return faults.map((fault) => ({ ...structuredClone(defaultFault), ...structuredClone(fault) }))
}
