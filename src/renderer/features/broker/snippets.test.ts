import { describe, expect, it } from 'vitest'
import { snippets } from './snippets'

describe('snippets', () => {
  const all = snippets({ host: '192.0.2.7', port: 21883 })
  const named = (id: string) => all.find((snippet) => snippet.id === id)

  it('all publish and subscribe at the given address', () => {
    for (const { publish, subscribe } of all) {
      for (const code of [publish, subscribe]) {
        expect(code).toContain('192.0.2.7')
        expect(code).toContain('21883')
      }
      expect(publish).toContain('hello')
      expect(subscribe).toMatch(/subscribe|mosquitto_sub/)
    }
  })

  it('use the callbacks of their own paho-mqtt version', () => {
    expect(named('paho1')?.subscribe).toContain('mqtt.Client()')
    expect(named('paho1')?.subscribe).toContain('def on_connect(client, userdata, flags, rc):')
    expect(named('paho2')?.subscribe).toContain('mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)')
    expect(named('paho2')?.subscribe).toContain('flags, reason_code, properties):')
  })

  it('disconnect once the broker has the message, and not before', () => {
    expect(named('paho2')?.publish).toMatch(/wait_for_publish\(\)\nclient\.disconnect\(\)/)
    expect(named('mqttjs')?.publish).toMatch(/await client\.publishAsync.*\nawait client\.endAsync/)
  })
})
