import { expect, it } from 'vitest'
import type { ClientEvent, ClientRow } from '../../../../shared/contract/broker-clients'
import { countdown, fightSentence, sessionText } from './client-words'
import { eventFacts, eventText } from './event-words'
import { subscriptionFaults } from './subscribe-words'

const hour = 3_600_000
const row = { connected: true, sessionExpiry: 0, expiresAt: null } as ClientRow
const gone: Extract<ClientEvent, { kind: 'disconnected' }> = {
  id: 1,
  at: 0,
  clientId: 'c',
  kind: 'disconnected',
  address: '10.0.0.1:5000',
  cause: 'client',
  code: 0,
  reason: '',
  other: null
}

it('counts a session down to its end, and says how long one outlives its connection', () => {
  expect(sessionText(row, 0)).toBe('ends on disconnect')
  expect(sessionText({ ...row, sessionExpiry: null }, 0)).toBe('kept')
  expect(sessionText({ ...row, sessionExpiry: 7_200 }, 0)).toBe('kept for 2 hr')
  const absent = { ...row, connected: false, sessionExpiry: 7_200, expiresAt: 2 * hour }
  expect(sessionText(absent, hour + 1_000)).toBe('ends in 0:59:59')
  expect([countdown(-1), countdown(47 * hour), countdown(72 * hour)]).toEqual([
    '0:00:00',
    '47:00:00',
    '3 days'
  ])
})

it('says why a client was disconnected, in words', () => {
  expect(eventText(gone)).toBe('the client sent DISCONNECT')
  expect(eventText({ ...gone, code: 4 })).toContain('Disconnect with Will Message (4)')
  expect(eventText({ ...gone, cause: 'network', code: null })).toContain('without DISCONNECT')
  expect(eventText({ ...gone, cause: 'takenOver', code: 0x8e, other: '10.0.0.2:1' })).toContain('10.0.0.2:1')
  const error = { ...gone, cause: 'error', code: 0x81, reason: 'QoS 3' } as const
  expect(eventText(error)).toBe('by the broker: Malformed Packet (0x81) · QoS 3')
  expect(eventFacts(error)).toContainEqual({ label: 'Reason', value: 'QoS 3' })
})

it('names one computer or two in a fight', () => {
  const fight = { clientId: 'esp32', takeovers: 5, lastAt: 0 }
  expect(fightSentence({ ...fight, addresses: ['10.0.0.1', '10.0.0.2'] })).toContain('10.0.0.1 and 10.0.0.2')
  expect(fightSentence({ ...fight, addresses: ['10.0.0.1'] })).toMatch(/^Two clients on 10\.0\.0\.1 /)
})

it('finds what is wrong with a subscription', () => {
  const good = {
    filter: 'a/#',
    qos: 0,
    noLocal: false,
    retainAsPublished: false,
    retainHandling: 0,
    identifier: null
  } as const
  expect(subscriptionFaults(good)).toEqual({ filter: null, identifier: null })
  expect(subscriptionFaults({ ...good, filter: '' }).filter).not.toBeNull()
  expect(subscriptionFaults({ ...good, filter: '$share/g/a', noLocal: true }).filter).toContain('No Local')
  expect(subscriptionFaults({ ...good, identifier: NaN }).identifier).not.toBeNull()
  expect(subscriptionFaults({ ...good, identifier: 0 }).identifier).not.toBeNull()
})
