import { addressOf, isTls, isWebSocket } from './listeners'
import type { Snippet, SnippetTarget } from './snippet'
import { deviceSnippets } from './snippets-devices'
import { snSnippets } from './snippets-sn'

/** Short, complete programs that publish to `test` and subscribe to it. */
export function snippets(target: SnippetTarget): Snippet[] {
  if (target.kind === 'sn') return snSnippets(target)
  return [
    {
      id: 'paho2',
      title: 'paho-mqtt 2.x',
      library: 'paho-mqtt',
      install: 'pip install "paho-mqtt>=2"',
      language: 'python',
      needsWifi: false,
      code: paho(
        target,
        ['mqtt.CallbackAPIVersion.VERSION2'],
        'client, userdata, flags, reason_code, properties'
      )
    },
    {
      id: 'paho1',
      title: 'paho-mqtt 1.x',
      library: 'paho-mqtt',
      install: 'pip install "paho-mqtt<2"',
      language: 'python',
      needsWifi: false,
      code: paho(target, [], 'client, userdata, flags, rc')
    },
    {
      id: 'mqttjs',
      title: 'MQTT.js',
      library: 'MQTT.js',
      install: 'npm install mqtt',
      language: 'javascript',
      needsWifi: false,
      code: mqttJs(target)
    },
    {
      id: 'mosquitto',
      title: 'mosquitto',
      library: 'mosquitto_pub and mosquitto_sub',
      install: 'apt install mosquitto-clients',
      language: 'shell',
      needsWifi: false,
      code: isWebSocket(target) ? null : mosquitto(target)
    },
    ...deviceSnippets(target)
  ]
}

/**
 * The host that code connects to: the listener's, if its certificate is valid for it, since clients check that; otherwise the first
 * name that is not a wildcard.
 */
export function certifiedHost(host: string, names: readonly string[]): string {
  if (names.includes(host)) return host
  return names.find((name) => !name.includes('*')) ?? host
}

/** @param onConnect parameters of the callback, which differ between versions */
function paho(target: SnippetTarget, api: string[], onConnect: string): Snippet['code'] {
  const { host, port, caFile } = target
  const options = [...api, ...(isWebSocket(target) ? ["transport='websockets'"] : [])]
  const client = `client = mqtt.Client(${options.join(', ')})
${isTls(target) ? `client.tls_set(ca_certs=${quoted(caFile)})\n` : ''}`
  return {
    publish: `import paho.mqtt.client as mqtt

${client}client.connect('${host}', ${port}, 600)
client.loop_start()
client.publish('test', payload='hello!', qos=1).wait_for_publish()
client.disconnect()
client.loop_stop()
`,
    subscribe: `import paho.mqtt.client as mqtt

def on_connect(${onConnect}):
    client.subscribe('test', qos=1)

def on_message(client, userdata, message):
    print(message.topic, message.payload.decode())

${client}client.on_connect = on_connect
client.on_message = on_message
client.connect('${host}', ${port}, 600)
client.loop_forever()
`
  }
}

function mqttJs(target: SnippetTarget): Snippet['code'] {
  const secure = isTls(target)
  const options = secure ? `, {\n  ca: readFileSync(${quoted(target.caFile)})\n}` : ''
  const head = `${secure ? "import { readFileSync } from 'node:fs'\n" : ''}import mqtt from 'mqtt'

const client = await mqtt.connectAsync('${addressOf(target)}'${options})
`
  return {
    publish: `${head}await client.publishAsync('test', 'hello!', { qos: 1 })
await client.endAsync()
`,
    subscribe: `${head}client.on('message', (topic, payload) => console.log(topic, payload.toString()))
await client.subscribeAsync('test', { qos: 1 })
`
  }
}

function mosquitto(target: SnippetTarget): Snippet['code'] {
  const { host, port, caFile } = target
  const to = `-h ${host} -p ${port}${isTls(target) ? ` --cafile ${shellWord(caFile)}` : ''}`
  return {
    publish: `mosquitto_pub ${to} -t test -m hello -q 1\n`,
    subscribe: `mosquitto_sub ${to} -t test -q 1 -v\n`
  }
}

/** A string literal in single quotes. Python and JavaScript share JSON's escapes. */
function quoted(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${escaped}'`
}

/** A path as a word of a POSIX shell or, if it is a Windows path, of its command prompt and PowerShell. */
function shellWord(path: string): string {
  if (/^[\w./-]+$/.test(path)) return path
  return /^[a-z]:\\/i.test(path) ? `"${path}"` : `'${path.replaceAll("'", `'\\''`)}'`
}
