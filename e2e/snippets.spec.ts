import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { BrokerListener } from '../src/shared/contract/broker'
import type { Snippet } from '../src/renderer/features/broker/snippet'
import { snippets } from '../src/renderer/features/broker/snippets'
import { freePort } from './fixtures/port'
import { TestProcess } from './fixtures/process'
import { ListenersPage } from './pages/listeners'
import { expect, test } from './test'

/** Code runs where it can resolve `mqtt`. */
const project = resolve(import.meta.dirname, '..')

/** How a program is run here; null: its library or its board is not at hand. */
function runner({ id, language }: Snippet, code: string): [string, string[]] | null {
  if (id === 'paho2' || id === 'micropython') return null
  if (language === 'python') return ['/usr/bin/python3', ['-u', '-c', code]]
  if (language === 'javascript') return [process.execPath, ['--input-type=module', '-e', code]]
  return language === 'shell' ? ['sh', ['-c', `exec stdbuf -oL ${code}`]] : null
}

test('the code for each kind of listener runs, and each library gets what each publishes', async ({
  app,
  treetop
}) => {
  await app.startLocalBroker()
  await app.go('Local broker')
  const listeners = new ListenersPage(app.page)
  await listeners.open()
  const kinds = {
    TLS: 'tls',
    WebSocket: 'ws',
    'WebSocket over TLS': 'wss',
    'MQTT-SN over UDP': 'sn'
  } as const
  const open: BrokerListener[] = [{ kind: 'tcp', host: '127.0.0.1', port: treetop.brokerPort }]
  for (const [name, kind] of Object.entries(kinds)) {
    open.push({ kind, host: '127.0.0.1', port: await freePort() })
    await listeners.add(name, open.at(-1)!.port)
  }
  await app.button('Create a certificate for me').click()
  await listeners.restart()

  const caFile = join(treetop.dataDirectory, 'certificates', 'ca.pem')
  const caPem = readFileSync(caFile, 'utf8')
  let ran = 0
  for (const listener of open)
    for (const snippet of snippets({ ...listener, caFile, caPem })) {
      const subscribe = snippet.code && runner(snippet, snippet.code.subscribe)
      const publish = snippet.code && runner(snippet, snippet.code.publish)
      if (!subscribe || !publish) continue
      const subscriber = new TestProcess(...subscribe, {}, { cwd: project })
      // It may not have subscribed yet: publish until it prints something.
      await expect(async () => {
        const publisher = new TestProcess(...publish, {}, { cwd: project })
        expect(await publisher.exit(), `${snippet.id} ${listener.kind}: ${publisher.output}`).toBe(0)
        expect(subscriber.output, `${snippet.id} ${listener.kind}`).toContain('hello')
      }).toPass()
      await subscriber.stop()
      ran++
    }
  // paho-mqtt and MQTT.js for four kinds, mosquitto for two, scapy for one.
  expect(ran).toBe(11)
})
