import type { ProbeItem, ProbeItemId, ProbeSheet } from '../../shared/contract/probe'
import { defaultProfile, type Profile } from '../../shared/contract/profiles'
import type { Place } from './context'
import { probe, type ProbeOptions } from './run'

/** A broker on a loopback port. */
export function placeAt(port: number, changes: Partial<Profile> = {}, password: string | null = null): Place {
  const profile: Profile = {
    ...defaultProfile('tester'),
    id: 'p',
    name: 'Test',
    host: '127.0.0.1',
    port,
    secrets: { password: null, key: null },
    ...changes
  }
  return { profile, secrets: { password, key: null } }
}

/** Probes until it ends by itself. */
export function probeAt(place: Place, options: Partial<ProbeOptions> = {}): Promise<ProbeSheet> {
  return probe(place, { treetop: '9.9.9', signal: new AbortController().signal, ...options })
}

/** The finding of each item, with its value if it has one. */
export function findings(sheet: ProbeSheet): Record<string, string | [string, number]> {
  return Object.fromEntries(
    sheet.items.map(({ id, finding, value }) => [id, value === null ? finding : [finding, value]])
  )
}

export function itemOf(sheet: ProbeSheet, id: ProbeItemId): ProbeItem {
  return sheet.items.find((item) => item.id === id)!
}

/** A small sheet with some items. */
export function sheetOf(items: Partial<ProbeItem>[], changes: Partial<ProbeSheet> = {}): ProbeSheet {
  return {
    format: 1,
    id: 's',
    name: 'Test',
    address: 'mqtt://127.0.0.1:1883',
    at: Date.UTC(2026, 10, 29),
    took: 1_234,
    treetop: '9.9.9',
    end: 'complete',
    topic: 'treetop/probe/0',
    left: { topics: [], sessions: [] },
    traffic: { connections: 1, sent: 2, received: 3, bytes: 4 },
    items: items.map((item) => ({
      id: 'qos0',
      verdict: 'supported',
      finding: 'works',
      value: null,
      asked: null,
      answer: null,
      roundTrip: null,
      acknowledged: null,
      took: 1,
      evidence: [],
      ...item
    })),
    ...changes
  }
}
