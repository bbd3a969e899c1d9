/** The broker address that the code connects to. */
export interface SnippetTarget {
  host: string
  port: number
}

/** Working code for one client library, for publishing and for subscribing. */
export interface Snippet {
  id: string
  /** The library's own name. */
  title: string
  /** How to install it. */
  install: string
  language: 'python' | 'javascript' | 'shell'
  publish: string
  subscribe: string
}

/** Short, complete programs that publish to `test` and subscribe to it. */
export function snippets({ host, port }: SnippetTarget): Snippet[] {
  return [
    {
      id: 'paho2',
      title: 'paho-mqtt 2.x',
      install: 'pip install "paho-mqtt>=2"',
      language: 'python',
      publish: pahoPublish('mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)', host, port),
      subscribe: pahoSubscribe(
        'mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)',
        'client, userdata, flags, reason_code, properties',
        host,
        port
      )
    },
    {
      id: 'paho1',
      title: 'paho-mqtt 1.x',
      install: 'pip install "paho-mqtt<2"',
      language: 'python',
      publish: pahoPublish('mqtt.Client()', host, port),
      subscribe: pahoSubscribe('mqtt.Client()', 'client, userdata, flags, rc', host, port)
    },
    {
      id: 'mqttjs',
      title: 'MQTT.js',
      install: 'npm install mqtt',
      language: 'javascript',
      publish: `import mqtt from 'mqtt'

const client = await mqtt.connectAsync('mqtt://${host}:${port}')
await client.publishAsync('test', 'hello!', { qos: 1 })
await client.endAsync()
`,
      subscribe: `import mqtt from 'mqtt'

const client = await mqtt.connectAsync('mqtt://${host}:${port}')
client.on('message', (topic, payload) => console.log(topic, payload.toString()))
await client.subscribeAsync('test', { qos: 1 })
`
    },
    {
      id: 'mosquitto',
      title: 'mosquitto_pub / mosquitto_sub',
      install: 'apt install mosquitto-clients',
      language: 'shell',
      publish: `mosquitto_pub -h ${host} -p ${port} -t test -m hello -q 1\n`,
      subscribe: `mosquitto_sub -h ${host} -p ${port} -t test -q 1 -v\n`
    }
  ]
}

function pahoPublish(client: string, host: string, port: number): string {
  return `import paho.mqtt.client as mqtt

client = ${client}
client.connect('${host}', ${port}, 600)
client.loop_start()
client.publish('test', payload='hello!', qos=1).wait_for_publish()
client.disconnect()
client.loop_stop()
`
}

function pahoSubscribe(client: string, onConnect: string, host: string, port: number): string {
  return `import paho.mqtt.client as mqtt

def on_connect(${onConnect}):
    client.subscribe('test', qos=1)

def on_message(client, userdata, message):
    print(message.topic, message.payload.decode())

client = ${client}
client.on_connect = on_connect
client.on_message = on_message
client.connect('${host}', ${port}, 600)
client.loop_forever()
`
}
