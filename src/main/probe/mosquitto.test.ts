import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { FIRST_FAILURE } from '../../shared/mqtt-codes'
import { Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { findings, itemOf, placeAt, probeAt } from './probe.fixture'

let mosquitto: Mosquitto

beforeEach(() => {
  mosquitto = new Mosquitto()
  onTestFinished(() => mosquitto.remove())
})

describe.skipIf(!mosquittoInstalled)('a probe of Mosquitto', () => {
  it('finds that it supports everything by default', async () => {
    await mosquitto.start()
    const sheet = await probeAt(placeAt(mosquitto.port))
    expect(sheet.items.filter(({ verdict }) => verdict !== 'supported')).toEqual([])
    expect(findings(sheet)).toMatchObject({
      keepAlive: ['asAsked', 65_535],
      receiveMaximum: ['announced', 20],
      packetSize: 'byDefault',
      packetPassed: ['atLeast', 1_000_000]
    })
  })

  it('finds its limits', async () => {
    await mosquitto.start([
      'allow_anonymous true',
      'max_packet_size 2000',
      'retain_available false',
      'max_qos 1',
      'max_topic_alias 0',
      'max_keepalive 120',
      'max_inflight_messages 5',
      'allow_zero_length_clientid false'
    ])
    const sheet = await probeAt(placeAt(mosquitto.port))
    expect(findings(sheet)).toMatchObject({
      qos1: 'delivered',
      qos2: ['unavailable', 1],
      retain: 'unavailable',
      retainCleared: 'notTested',
      retainAsPublished: 'notTested',
      messageExpiry: 'notTested',
      keepAlive: ['adjusted', 120],
      assignedClientId: 'refused',
      receiveMaximum: ['announced', 5],
      topicAlias: ['byDefault', 0],
      topicLength: ['atLeast', 1_990],
      packetSize: ['announced', 2_000],
      packetPassed: ['upTo', 2_000]
    })
  })

  it('finds what a denied subscription to # answers', async () => {
    const allowed = ['publishClientSend', 'publishClientReceive', 'subscribe', 'unsubscribe']
    const deny = { acltype: 'subscribeLiteral', topic: '#', allow: false }
    const rules = mosquitto.file(
      'rules.json',
      JSON.stringify({
        defaultACLAccess: Object.fromEntries(allowed.map((name) => [name, true])),
        roles: [{ rolename: 'some', acls: [deny] }],
        groups: [{ groupname: 'all', roles: [{ rolename: 'some' }] }],
        anonymousGroup: 'all'
      })
    )
    await mosquitto.start([
      'allow_anonymous true',
      'plugin /usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so',
      `plugin_opt_config_file ${rules}`
    ])
    const sheet = await probeAt(placeAt(mosquitto.port))
    const item = itemOf(sheet, 'everything')
    expect(item).toMatchObject({ verdict: 'notSupported', finding: 'refused' })
    expect(item.answer).toMatchObject({ packet: 'SUBACK', code: 0x87 })
    expect(sheet.items.filter(({ verdict }) => verdict !== 'supported').map(({ id }) => id)).toEqual([
      'everything'
    ])
  })

  it('finds that nothing may be published below its topic', async () => {
    const rules = mosquitto.file('acl', 'topic readwrite elsewhere/#\n')
    await mosquitto.start(['allow_anonymous true', `acl_file ${rules}`])
    const sheet = await probeAt(placeAt(mosquitto.port))
    expect(findings(sheet)).toMatchObject({
      version5: 'accepted',
      qos0: 'notDelivered',
      qos1: 'refused',
      retain: 'notTested',
      sessionExpiry: ['asAsked', 3_600],
      clientIdLength: ['upTo', 65_535]
    })
    expect(itemOf(sheet, 'qos1').answer!.code).toBeGreaterThanOrEqual(FIRST_FAILURE)
  })

  it('needs the password that the broker wants', async () => {
    await mosquitto.start(['allow_anonymous false', mosquitto.withPassword('anna', 'sesame')])
    const stranger = probeAt(placeAt(mosquitto.port))
    await expect(stranger).rejects.toMatchObject({
      code: 'BROKER_UNREACHABLE',
      details: { fault: { kind: 'connack', version: 5, code: 0x87 } }
    })
    const sheet = await probeAt(placeAt(mosquitto.port, { username: 'anna' }, 'sesame'))
    expect(sheet.items.filter(({ verdict }) => verdict !== 'supported')).toEqual([])
  })

  it('goes on after the broker was restarted in the middle', async () => {
    await mosquitto.start()
    const restarted = Promise.withResolvers<void>()
    const sheet = await probeAt(placeAt(mosquitto.port), {
      onItem({ id }) {
        if (id === 'retain')
          void mosquitto
            .stop()
            .then(() => mosquitto.start())
            .then(restarted.resolve, restarted.reject)
      }
    })
    await restarted.promise
    expect(sheet.end).toBe('complete')
    expect(sheet.items.filter(({ verdict }) => verdict !== 'supported')).toEqual([])
  })

  it('keeps what it found when the broker is killed', async () => {
    await mosquitto.start()
    const sheet = await probeAt(placeAt(mosquitto.port), {
      onItem: ({ id }) => void (id === 'retainCleared' && mosquitto.stop())
    })
    expect(sheet.end).toBe('lost')
    expect(findings(sheet)).toMatchObject({
      retainCleared: 'works',
      wildcardPlus: 'lost',
      packetPassed: 'lost'
    })
    expect(sheet.left).toEqual({ topics: [], sessions: [] })
  })
})
