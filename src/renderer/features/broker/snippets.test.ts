import { describe, expect, it } from 'vitest'
import { ListenerKind } from '../../../shared/contract/broker'
import type { SnippetTarget } from './snippet'
import { certifiedHost, snippets } from './snippets'

const caPem = '-----BEGIN CERTIFICATE-----\nMIIB\nAgEC\n-----END CERTIFICATE-----\n'
const target: SnippetTarget = { kind: 'tcp', host: '192.0.2.7', port: 21883, caFile: '/data/ca.pem', caPem }

function codeOf(id: string, changes: Partial<SnippetTarget> = {}): { publish: string; subscribe: string } {
  return snippets({ ...target, ...changes }).find((snippet) => snippet.id === id)!.code!
}

/** Both programs of a library. */
function bothOf(id: string, changes: Partial<SnippetTarget>): string[] {
  return Object.values(codeOf(id, changes))
}

describe('snippets', () => {
  it('all publish and subscribe at the given address, for each kind of listener', () => {
    for (const kind of ListenerKind.options) {
      for (const { code } of snippets({ ...target, kind })) {
        if (!code) continue
        for (const text of Object.values(code)) {
          expect(text).toContain('192.0.2.7')
          expect(text).toContain('21883')
        }
        expect(code.publish).toContain('hello')
        expect(code.subscribe).toMatch(/subscribe|mosquitto_sub|SUBSCRIBE/)
      }
    }
  })

  it('use the callbacks of their own paho-mqtt version', () => {
    expect(codeOf('paho1').subscribe).toContain('mqtt.Client()')
    expect(codeOf('paho1').subscribe).toContain('def on_connect(client, userdata, flags, rc):')
    expect(codeOf('paho2').subscribe).toContain('mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)')
    expect(codeOf('paho2').subscribe).toContain('flags, reason_code, properties):')
  })

  it('disconnect once the broker has the message, and not before', () => {
    expect(codeOf('paho2').publish).toMatch(/wait_for_publish\(\)\nclient\.disconnect\(\)/)
    expect(codeOf('mqttjs').publish).toMatch(/await client\.publishAsync.*\nawait client\.endAsync/)
  })

  it('trust the CA certificate where the listener uses TLS, and read no file where it does not', () => {
    for (const kind of ['tls', 'wss'] as const) {
      for (const id of ['paho1', 'paho2'])
        for (const text of bothOf(id, { kind }))
          expect(text).toMatch(/client\.tls_set\(ca_certs='\/data\/ca\.pem'\)\n(.*\n)*client\.connect\(/)
      for (const text of bothOf('mqttjs', { kind })) {
        expect(text).toContain("import { readFileSync } from 'node:fs'")
        expect(text).toContain("ca: readFileSync('/data/ca.pem')")
      }
    }
    for (const text of bothOf('mosquitto', { kind: 'tls' })) expect(text).toContain('--cafile /data/ca.pem ')
    for (const kind of ['tcp', 'ws'] as const)
      for (const { code } of snippets({ ...target, kind }))
        expect(Object.values(code ?? {}).join()).not.toMatch(/ca\.pem|tls|readFile|CERTIFICATE|MIIB/)
  })

  it('speak WebSocket where the listener does', () => {
    for (const kind of ['ws', 'wss'] as const) {
      for (const text of bothOf('paho1', { kind }))
        expect(text).toContain("mqtt.Client(transport='websockets')")
      for (const text of bothOf('paho2', { kind }))
        expect(text).toContain("mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, transport='websockets')")
      for (const text of bothOf('mqttjs', { kind }))
        expect(text).toContain(`'${kind}://192.0.2.7:21883/mqtt'`)
    }
    expect(codeOf('mqttjs', { kind: 'tls' }).publish).toContain("'mqtts://192.0.2.7:21883'")
  })

  it('have no code for clients over WebSocket that do not speak it', () => {
    for (const kind of ['tcp', 'tls', 'ws', 'wss'] as const)
      for (const id of ['mosquitto', 'arduino', 'micropython']) {
        const { code } = snippets({ ...target, kind }).find((each) => each.id === id)!
        expect(code === null).toBe(kind === 'ws' || kind === 'wss')
      }
  })

  it('carry the CA certificate to boards, which cannot read the file', () => {
    for (const text of bothOf('arduino', { kind: 'tls' })) {
      expect(text).toContain(`R"(${caPem})"`)
      expect(text).toContain('network.setCACert(ca)')
    }
    for (const text of bothOf('espidf', { kind: 'wss' })) {
      expect(text).toContain('"MIIB\\n"')
      expect(text).toContain('.broker.verification.certificate = ca')
      expect(text).toContain('"wss://192.0.2.7:21883/mqtt"')
    }
    for (const text of bothOf('micropython', { kind: 'tls' })) {
      expect(text).toMatch(/a2b_base64\(\n {4}'MIIB'\n {4}'AgEC'\n\)/)
      expect(text).toContain('ssl=context')
    }
  })

  it('have one program for MQTT-SN, which only scapy speaks', () => {
    expect(snippets({ ...target, kind: 'sn' }).map(({ id }) => id)).toEqual(['scapy'])
  })

  it('quote the path of the CA certificate as each language needs it', () => {
    const windows = { kind: 'tls', caFile: String.raw`C:\Users\o'brien\ca.pem` } as const
    expect(codeOf('paho2', windows).publish).toContain(String.raw`'C:\\Users\\o\'brien\\ca.pem'`)
    expect(codeOf('mqttjs', windows).publish).toContain(String.raw`'C:\\Users\\o\'brien\\ca.pem'`)
    expect(codeOf('mosquitto', windows).publish).toContain(String.raw`--cafile "C:\Users\o'brien\ca.pem"`)
    expect(codeOf('mosquitto', { kind: 'tls', caFile: "/my data/o'b.pem" }).publish).toContain(
      String.raw`--cafile '/my data/o'\''b.pem'`
    )
  })
})

describe('the host that code connects to over TLS', () => {
  it('is one that the certificate is valid for', () => {
    expect(certifiedHost('127.0.0.1', ['localhost', '127.0.0.1'])).toBe('127.0.0.1')
    expect(certifiedHost('127.0.0.1', ['*.plant.example', 'broker.plant.example'])).toBe(
      'broker.plant.example'
    )
    expect(certifiedHost('127.0.0.1', ['*.plant.example'])).toBe('127.0.0.1')
  })
})
