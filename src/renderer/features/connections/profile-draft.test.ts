import { describe, expect, it } from 'vitest'
import { noProperties } from '../../../shared/composed-properties'
import { defaultProfile, type ProfileDraft } from '../../../shared/contract/profiles'
import {
  alpnFrom,
  faultsOf,
  named,
  newClientId,
  sessionWarning,
  unnamed,
  withoutVariables,
  withProtocol,
  withSession
} from './profile-draft'

function draft(changes: Partial<ProfileDraft> = {}): ProfileDraft {
  return { ...defaultProfile('treetop_00000000'), name: 'Plant', host: 'plant.example', ...changes }
}

describe('a profile draft', () => {
  it('has a new client id each time: treetop_ and 8 hexadecimal digits', () => {
    expect(newClientId()).toMatch(/^treetop_[0-9a-f]{8}$/)
    expect(newClientId()).not.toBe(newClientId())
  })

  it('changes the port with the protocol unless another port was typed', () => {
    expect(withProtocol(draft(), 'mqtts')).toEqual({ protocol: 'mqtts', port: 8883 })
    expect(withProtocol(draft({ port: 2883 }), 'mqtts')).toEqual({ protocol: 'mqtts' })
  })

  it('keeps a session for a day when clean start is switched off, unless an expiry was typed', () => {
    expect(withSession(draft(), { clean: false }, false)).toEqual({ clean: false, sessionExpiry: 86_400 })
    expect(withSession(draft({ clean: false }), { clean: true }, false)).toEqual({
      clean: true,
      sessionExpiry: 0
    })
    expect(withSession(draft({ sessionExpiry: 60 }), { clean: false }, true)).toEqual({ clean: false })
  })

  it('sets an expiry for a persistent session when it changes from 3.1.1 to MQTT 5', () => {
    expect(withSession(draft({ version: 4, clean: false }), { version: 5 }, false)).toEqual({
      version: 5,
      sessionExpiry: 86_400
    })
  })

  it('warns if a persistent session will queue no messages', () => {
    const kept = { clean: false, sessionExpiry: 60 }
    expect(sessionWarning(draft())).toBeNull()
    expect(sessionWarning(draft(kept))).toBe('qos0')
    expect(sessionWarning(draft({ ...kept, sessionExpiry: 0 }))).toBe('expiry')
    expect(sessionWarning(draft({ ...kept, clientId: '' }))).toBe('clientId')
    expect(sessionWarning(draft({ ...kept, subscriptions: [{ filter: '#', qos: 1 }] }))).toBeNull()
    expect(sessionWarning(draft({ version: 4, clean: false }))).toBe('qos0')
  })

  it('reports the fault of every invalid field by its path', () => {
    const bad = draft({
      host: 'a b',
      will: { topic: 'a/#', payload: '', qos: 0, retain: false, delay: 0, properties: noProperties() }
    })
    expect([
      ...faultsOf({ ...bad, subscriptions: [{ filter: 'a/#/b', qos: 0 }] }, { key: 'no key' })
    ]).toEqual([
      ['host', 'HOST_MALFORMED'],
      ['will.topic', 'TOPIC_WILDCARD'],
      ['subscriptions.0.filter', 'FILTER_HASH_NOT_LAST'],
      ['key', 'PEM_KEY']
    ])
    expect(faultsOf(draft(), {}).size).toBe(0)
  })

  it('is named after its host unless it has a name; the host may be longer than a name', () => {
    expect(named(draft({ name: '  ' })).name).toBe('plant.example')
    expect(named(draft()).name).toBe('Plant')
    expect(unnamed(named(draft({ name: '' }))).name).toBe('')
    const long = draft({ name: '', host: `${'a'.repeat(120)}.example` })
    expect(faultsOf(named(long), {}).size).toBe(0)
    expect(unnamed(named(long)).name).toBe('')
    expect([...faultsOf(draft({ name: '', host: '' }), {}).keys()]).toEqual(['host'])
  })

  it('takes the braces of an address from outside as they stand, and lets variables pass that are typed', () => {
    const address = { name: 'n', protocol: 'mqtt' as const, host: 'h', port: 1883, username: '{{$env KEY}}' }
    expect(withoutVariables({ ...address, subscriptions: [{ filter: '{{a}}/#', qos: 1 }] })).toEqual({
      ...address,
      username: '\\{{$env KEY}}',
      subscriptions: [{ filter: '\\{{a}}/#', qos: 1 }]
    })
    const will = {
      topic: '{{a+}}',
      payload: '',
      qos: 0 as const,
      retain: false,
      delay: 0,
      properties: noProperties()
    }
    const typed = {
      host: '{{ my host }}',
      path: '{{p}}',
      will,
      subscriptions: [{ filter: '{{#}}/a', qos: 0 as const }]
    }
    expect(faultsOf(draft(typed), {}).size).toBe(0)
  })

  it('parses ALPN names separated by Western or Chinese commas', () => {
    expect(alpnFrom(' mqtt, x-amzn-mqtt-ca，h2 ,')).toEqual(['mqtt', 'x-amzn-mqtt-ca', 'h2'])
  })
})
