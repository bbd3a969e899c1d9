import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt'
import { codePayload, type CodeBroker, type CodeMessage } from '../src/renderer/features/message/client-code'
import { mosquittoPub, mosquittoSub } from '../src/renderer/features/message/code-mosquitto'
import { mqttJsPublish } from '../src/renderer/features/message/code-mqttjs'
import { pahoPublish } from '../src/renderer/features/message/code-paho'
import { TestProcess } from './fixtures/process'
import { expect, test } from './test'

/** Code runs where it can resolve `mqtt`. */
const project = resolve(import.meta.dirname, '..')
const text = (payload: string): Uint8Array => new TextEncoder().encode(payload)

const hostile: CodeMessage[] = [
  { topic: 'plant/area 3/temp', payload: text('21.4'), qos: 1, retain: false, properties: null },
  {
    topic: `it's "$HOME" \`id\` \\n $(id) é 温度 🌡 & ; | > <`,
    payload: text('line 1\nline 2\t"quoted" \'single\' $PATH `id` \\ % 🌡 \u2028 end\r\n'),
    qos: 2,
    retain: false,
    properties: null
  },
  { topic: '-t', payload: text('-m'), qos: 0, retain: false, properties: null },
  {
    topic: 'binary',
    payload: Uint8Array.from([0, 255, 128, 10, 39]),
    qos: 1,
    retain: false,
    properties: null
  },
  { topic: 'nul', payload: text('a\0b'), qos: 1, retain: false, properties: null },
  { topic: 'kept', payload: text('on'), qos: 1, retain: true, properties: null },
  { topic: 'kept', payload: new Uint8Array(), qos: 1, retain: true, properties: null }
]

const withProperties: CodeMessage = {
  topic: 'request',
  payload: text('{"ask":1}'),
  qos: 1,
  retain: false,
  properties: {
    payloadFormatIndicator: true,
    messageExpiryInterval: 3_600,
    contentType: "application/json; it's",
    responseTopic: 'answer/to "me"',
    correlationData: Buffer.from('id $1').toString('base64'),
    userProperties: { unit: '°C', tag: ['a', 'b'] }
  }
}

/** Where code runs: with certificates in the directory, and a password in the environment. */
interface Place {
  directory: string
  password: string
}

function placed(place: Place | undefined): { cwd?: string; env?: NodeJS.ProcessEnv } {
  return place ? { cwd: place.directory, env: { ...process.env, MQTT_PASSWORD: place.password } } : {}
}

/** The message that a subscriber received. */
async function received(client: MqttClient, run: () => void): Promise<IPublishPacket> {
  const arrived = new Promise<IPublishPacket>((done) =>
    client.once('message', (_topic, _payload, packet) => done(packet))
  )
  run()
  return arrived
}

const languages: {
  name: string
  run: (broker: CodeBroker, message: CodeMessage, place?: Place) => void
}[] = [
  {
    name: 'mosquitto_pub',
    run: (broker, message, place) =>
      execFileSync('sh', ['-c', mosquittoPub(broker, message)], { ...placed(place) })
  },
  {
    name: 'paho-mqtt',
    run: (broker, message, place) =>
      execFileSync('/usr/bin/python3', ['-c', pahoPublish(broker, message)], {
        ...placed(place)
      })
  },
  {
    name: 'MQTT.js',
    run: (broker, message, place) =>
      execFileSync(process.execPath, ['--input-type=module', '-e', mqttJsPublish(broker, message)], {
        ...placed(place),
        cwd: project
      })
  }
]

for (const { name, run } of languages) {
  test(`code for ${name} publishes the copied message, whatever its topic and payload contain`, async ({
    mosquitto
  }) => {
    await mosquitto.start()
    const broker = brokerAt(mosquitto.tcp)
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mosquitto.tcp}`, { protocolVersion: 5 })
    await client.subscribeAsync('#', { qos: 2, rap: true })
    for (const version of [4, 5] as const) {
      for (const message of hostile) {
        const packet = await received(client, () => run({ ...broker, version }, message))
        expect(packet.topic).toBe(message.topic)
        expect(Buffer.from(packet.payload).equals(Buffer.from(message.payload))).toBe(true)
        expect(packet.qos).toBe(message.qos)
        expect(packet.retain).toBe(message.retain)
      }
    }
    const packet = await received(client, () => run(broker, withProperties))
    expect({ ...packet.properties, userProperties: { ...packet.properties?.userProperties } }).toMatchObject({
      payloadFormatIndicator: true,
      messageExpiryInterval: 3_600,
      contentType: withProperties.properties?.contentType,
      responseTopic: withProperties.properties?.responseTopic,
      correlationData: Buffer.from('id $1'),
      userProperties: { unit: '°C', tag: ['a', 'b'] }
    })
    await client.endAsync()
  })

  test(`code for ${name} signs in over TLS with the password from its environment`, async ({ mosquitto }) => {
    await mosquitto.start({ user: "o'brien", password: 'pa$$ "w' })
    const directory = mkdtempSync('/tmp/treetop-code-')
    writeFileSync(`${directory}/ca.pem`, mosquitto.ca)
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mosquitto.tcp}`, {
      username: "o'brien",
      password: 'pa$$ "w'
    })
    await client.subscribeAsync('#', { qos: 1 })
    const broker: CodeBroker = {
      ...brokerAt(mosquitto.tls),
      host: 'localhost',
      protocol: 'mqtts',
      username: "o'brien"
    }
    const place = { directory, password: 'pa$$ "w' }
    // A module finds its packages only from the project, where there is no `ca.pem`.
    const checks = name !== 'MQTT.js'
    for (const tls of [
      { ca: checks, cert: false, verify: checks },
      ...(name === 'paho-mqtt' ? [{ ca: false, cert: false, verify: false }] : [])
    ]) {
      const packet = await received(client, () => run({ ...broker, tls }, hostile[0]!, place))
      expect(packet.topic).toBe('plant/area 3/temp')
    }
    await client.endAsync()
    rmSync(directory, { recursive: true })
  })
}

test('code for mosquitto_sub prints the messages of the topic', async ({ mosquitto }) => {
  await mosquitto.start()
  const topic = `it's "$HOME"`
  const command = mosquittoSub(brokerAt(mosquitto.tcp), { topic, qos: 1 })
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${mosquitto.tcp}`)
  await client.publishAsync(topic, 'hello', { retain: true })
  const subscriber = new TestProcess('sh', ['-c', `exec stdbuf -oL ${command}`])
  await subscriber.until(/it's "\$HOME" hello/)
  await subscriber.stop()
  await client.endAsync()
})

test('payloads that do not fit on a command line are read from a file', () => {
  expect(codePayload(new Uint8Array(60_001)).kind).toBe('file')
  const message = { ...hostile[0]!, payload: new Uint8Array(60_001) }
  expect(mosquittoPub(brokerAt(1), message)).toContain('-f payload.bin')
  expect(pahoPublish(brokerAt(1), message)).toContain('open("payload.bin"')
  expect(mqttJsPublish(brokerAt(1), message)).toContain('readFileSync("payload.bin")')
})

function brokerAt(port: number): CodeBroker {
  return {
    host: '127.0.0.1',
    port,
    protocol: 'mqtt',
    path: '/mqtt',
    version: 5,
    username: '',
    tls: { ca: false, cert: false, verify: true }
  }
}
