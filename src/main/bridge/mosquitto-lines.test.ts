import { expect, it, onTestFinished } from 'vitest'
import type { Bridge } from '../../shared/contract/bridge'
import { Mosquitto, mosquittoInstalled } from '../mqtt/mosquitto.fixture'
import { Home, Person, profileAt, rule } from './fixture'
import { mosquittoLines } from './mosquitto-lines'

const place = { brokerId: 'aaaaaaaa', folder: '/etc/mosquitto' }

function bridge(change: Partial<Bridge> = {}): Bridge {
  return { id: '00000a', on: true, name: 'My plant', profileId: 'p', rules: [rule()], ...change }
}

it.skipIf(!mosquittoInstalled).each([5, 4, 3] as const)(
  'Mosquitto bridges to a broker of ours with the written lines, over version %i, and each message passes once',
  async (version) => {
    const home = await new Home('bbbbbbbb').start()
    const rules = [
      rule({ filter: 'both/#', qos: 2 }),
      rule({ direction: 'in', filter: '#', remotePrefix: 'plant/', localPrefix: 'home/', qos: 1 }),
      rule({ direction: 'out', filter: '+/cmd', remotePrefix: 'to/', qos: 0 })
    ]
    const { lines, notes } = mosquittoLines(bridge({ rules }), profileAt(home.port, version), place)
    expect(notes).toEqual([])
    const mosquitto = new Mosquitto()
    onTestFinished(() => mosquitto.remove())
    const there = await Person.at(home.port)
    await there.publish('plant/kept', 'retained', 1, true)
    await mosquitto.start(['allow_anonymous true', ...lines])
    const here = await Person.at(mosquitto.port)
    await here.hears('retained')
    await there.publish('both/x', 'in', 2)
    await here.publish('both/x', 'out', 2)
    await there.publish('plant/t', '20', 1)
    await here.publish('x/cmd', 'on', 1)
    await here.hears('in', '20')
    await there.hears('out', 'on')
    await there.publish('both/x', 'last in', 2)
    await here.publish('both/x', 'last out', 2)
    await here.hears('out', 'on', 'last in', 'last out')
    await there.hears('retained', 'in', '20', 'last in', 'last out')
    expect(here.got.map(({ topic, payload }) => `${topic} ${payload}`).sort()).toEqual(
      [
        'both/x in',
        'both/x last in',
        'both/x last out',
        'both/x out',
        'home/kept retained',
        'home/t 20',
        'x/cmd on'
      ].sort()
    )
    expect(there.got.map(({ topic, payload }) => `${topic} ${payload}`).sort()).toEqual(
      [
        'both/x in',
        'both/x last in',
        'both/x last out',
        'both/x out',
        'plant/kept retained',
        'plant/t 20',
        'to/x/cmd on'
      ].sort()
    )
  }
)

it('writes no secret and nothing that would begin another line, and says what is left to do', () => {
  const profile = {
    ...profileAt(8883),
    protocol: 'mqtts' as const,
    username: 'me',
    tls: { ca: 'CA', identity: 'pem' as const, cert: 'CERT', verify: false, alpn: ['mqtt'], serverName: '' },
    secrets: { password: 'keyFile' as const, key: 'keyFile' as const }
  }
  const rules = [rule({ filter: 'a/#', retain: false }), rule({ filter: 'b\nlistener 1', localPrefix: 'x' })]
  const { lines, files, notes } = mosquittoLines(bridge({ name: 'a\nb', rules }), profile, place)
  expect(lines).toEqual([
    'connection a-b-00000a',
    'address 127.0.0.1:8883',
    'remote_clientid bridgeaaaaaaaa00000am',
    'bridge_protocol_version mqttv50',
    'cleansession false',
    'notifications false',
    'keepalive_interval 60',
    'restart_timeout 1 60',
    'remote_username me',
    '# remote_password',
    'bridge_cafile /etc/mosquitto/bridge-00000a-ca.pem',
    'bridge_certfile /etc/mosquitto/bridge-00000a-cert.pem',
    'bridge_keyfile /etc/mosquitto/bridge-00000a-key.pem',
    'bridge_insecure true',
    'bridge_alpn mqtt',
    'topic a/# both 2 "" ""'
  ])
  expect(files).toEqual([
    { name: 'bridge-00000a-ca.pem', content: 'CA' },
    { name: 'bridge-00000a-cert.pem', content: 'CERT' }
  ])
  expect(notes).toEqual([
    { kind: 'topic', filter: 'b\nlistener 1' },
    { kind: 'retain' },
    { kind: 'password' },
    { kind: 'key' }
  ])
})

it('says what Mosquitto cannot do: PFX, an encrypted key without a console, a proxy, SCRAM', () => {
  const base = { ...profileAt(8883), protocol: 'mqtts' as const }
  const own = { ...base.proxy, use: 'own' as const }
  const notes = (profile: Parameters<typeof mosquittoLines>[1]): unknown => {
    const made = mosquittoLines(bridge(), profile, place)
    return { notes: made.notes.map(({ kind }) => kind), written: made.lines.length > 0 }
  }
  const pfx = {
    ...base,
    tls: { ...base.tls, identity: 'pfx' as const },
    secrets: { pfx: 'keyFile' as const }
  }
  expect(notes({ ...pfx, proxy: own })).toEqual({ notes: ['proxy', 'pfx'], written: true })
  expect(mosquittoLines(bridge(), pfx, place).lines).toContain('# bridge_certfile')
  const encrypted = { key: 'keyFile' as const, passphrase: 'keyFile' as const }
  expect(notes({ ...base, tls: { ...base.tls, cert: 'CERT' }, secrets: encrypted })).toEqual({
    notes: ['key', 'passphrase'],
    written: true
  })
  expect(notes({ ...base, authentication: 'SCRAM-SHA-256' })).toEqual({ notes: ['scram'], written: false })
})

it('has no lines for WebSocket, which Mosquitto’s bridges do not speak', () => {
  expect(mosquittoLines(bridge(), { ...profileAt(1), protocol: 'wss' }, place)).toEqual({
    lines: [],
    files: [],
    notes: [{ kind: 'webSocket' }]
  })
})
