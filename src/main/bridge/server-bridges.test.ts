import { spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { openAccess } from '../../shared/contract/access'
import type { Bridge } from '../../shared/contract/bridge'
import { defaultBrokerLimits } from '../../shared/contract/broker'
import { mosquittoServer } from '../local-broker/outgrow/mosquitto-server'
import { freePort, mosquittoInstalled, untilOpen } from '../mqtt/mosquitto.fixture'
import { temporaryFolder } from '../profiles/temporary.fixture'
import { Home, Person, profileAt, rule } from './fixture'
import { bridgesFor } from './server-bridges'

function bridge(name: string, change: Partial<Bridge> = {}): Bridge {
  return { id: '00000a', on: true, name, profileId: 'p', rules: [rule()], ...change }
}

it.skipIf(!mosquittoInstalled)(
  'Mosquitto, started with the folder for a server, bridges to a broker of ours',
  async () => {
    const home = await new Home('bbbbbbbb').start()
    const bridges = bridgesFor('mosquitto', {
      brokerId: 'aaaaaaaa',
      bridges: [bridge('To home'), bridge('Off', { id: '00000b', on: false })],
      profiles: [profileAt(home.port)]
    })
    expect(bridges.notes).toEqual([{ bridge: 'Off', fault: 'OFF', filter: null }])
    const port = await freePort()
    const { files } = mosquittoServer({
      listeners: [{ kind: 'tcp', host: '127.0.0.1', port }],
      mqttSn: [],
      limits: defaultBrokerLimits,
      access: { ...openAccess, users: [], secret: '' },
      certificate: null,
      bridges
    })
    const folder = temporaryFolder()
    for (const { path, text } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      // As root, Mosquitto would become a user who cannot read the folder.
      writeFileSync(join(folder, path), path === 'mosquitto.conf' ? `${text}user root\n` : text)
    }
    const server = spawn('/usr/sbin/mosquitto', ['-c', 'mosquitto.conf'], { cwd: folder })
    onTestFinished(() => void server.kill('SIGKILL'))
    await untilOpen(port)
    const there = await Person.at(home.port)
    await there.publish('plant/kept', 'retained', 1, true)
    const here = await Person.at(port)
    await here.hears('retained')
    await here.publish('plant/answer', 'back')
    await there.hears('back')
  }
)

it('says of each bridge what a server does not get', () => {
  const secure = {
    ...profileAt(8883),
    id: 'secure',
    protocol: 'mqtts' as const,
    username: 'me',
    tls: { ca: 'CA', identity: 'pem' as const, cert: 'CERT', verify: true, alpn: [], serverName: '' },
    secrets: { password: 'keyFile' as const, key: 'keyFile' as const }
  }
  const profiles = [profileAt(1883), secure, { ...profileAt(80), id: 'web', protocol: 'ws' as const }]
  const bridges = [
    bridge('plain', { rules: [rule({ filter: 'a b' }), rule({ direction: 'in', retain: false })] }),
    bridge('secure', { id: '00000b', profileId: 'secure' }),
    bridge('web', { profileId: 'web' }),
    bridge('gone', { profileId: 'gone' })
  ]
  const mosquitto = bridgesFor('mosquitto', { brokerId: 'aaaaaaaa', bridges, profiles })
  expect(mosquitto.notes).toEqual([
    { bridge: 'plain', fault: 'TOPIC', filter: 'a b' },
    { bridge: 'plain', fault: 'RETAIN', filter: null },
    { bridge: 'secure', fault: 'PASSWORD', filter: null },
    { bridge: 'secure', fault: 'KEY', filter: null },
    { bridge: 'web', fault: 'WEB_SOCKET', filter: null },
    { bridge: 'gone', fault: 'PROFILE', filter: null }
  ])
  expect(mosquitto.lines.filter((line) => line.startsWith('connection'))).toEqual([
    'connection plain-00000a',
    'connection secure-00000b'
  ])
  expect(mosquitto.lines).toContain('bridge_cafile certs/bridge-00000b-ca.pem')
  expect(mosquitto.files).toEqual([
    { path: 'certs/bridge-00000b-ca.pem', text: 'CA' },
    { path: 'certs/bridge-00000b-cert.pem', text: 'CERT' }
  ])
  const emqx = bridgesFor('emqx', { brokerId: 'aaaaaaaa', bridges, profiles })
  expect(emqx).toEqual({
    lines: [],
    files: [],
    notes: bridges.map(({ name }) => ({ bridge: name, fault: 'SERVER', filter: null }))
  })
})
