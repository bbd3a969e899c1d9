import type { LessonId } from '../../../shared/lessons'
import type { Place } from './place'

interface Parts {
  /** Further options, after the client's id and version. */
  options?: string
  body: string
}

const PRINT = "client.on('message', (topic, payload) => console.log(topic, payload.toString()))\n"
const END = 'await client.endAsync()\n'
const WAIT = 'await new Promise((resolve) => setTimeout(resolve, 1000))\n'
const WILL = ", will: { topic: 'learn/will/code', payload: 'gone', qos: 1 }"

/** MQTT.js connects again by itself, and sends again what has no acknowledgement, though without DUP. */
const sendUntilAcknowledged = (topic: string, payload: string, qos: 1 | 2): string =>
  `// Without an acknowledgement: connect again. MQTT.js then repeats the message, but leaves out DUP.
const late = setTimeout(() => client.stream.destroy(), 2000)
await client.publishAsync('${topic}', '${payload}', { qos: ${qos} })
clearTimeout(late)
console.log('acknowledged')
${END}`

const parts: Record<Exclude<LessonId, 'sn' | 'connack'>, Parts> = {
  topics: {
    body: `${PRINT}await client.subscribeAsync('learn/hello')
await client.publishAsync('learn/hello', 'from my program')
${WAIT}${END}`
  },
  wildcards: {
    body: `${PRINT}await client.subscribeAsync('learn/home/+/temperature')
await client.publishAsync('learn/home/kitchen/temperature', '21.5')
await client.publishAsync('learn/home/bath/temperature', '23.0')
await client.publishAsync('learn/home/kitchen/humidity', '48')
${WAIT}${END}`
  },
  qos0: {
    body: `for (let number = 1; number <= 10; number++)
  await client.publishAsync('learn/qos0', \`reading \${number}\`, { qos: 0 })
${END}`
  },
  qos1: { options: ', clean: false', body: sendUntilAcknowledged('learn/qos1', 'open the door', 1) },
  qos2: { options: ', clean: false', body: sendUntilAcknowledged('learn/qos2', 'pay 5 coins', 2) },
  session: {
    options: ', clean: false',
    body: `${PRINT}await client.subscribeAsync('learn/session', { qos: 1 })
await client.endAsync()

console.log('Away for ten seconds: publish something to learn/session.')
await new Promise((resolve) => setTimeout(resolve, 10000))
client.reconnect()
${WAIT.replace('1000', '2000')}${END}`
  },
  retained: {
    options: WILL,
    body: `${PRINT}await client.publishAsync('learn/retained', '21.5', { qos: 1, retain: true })
await client.subscribeAsync('learn/retained')
${WAIT}process.exit() // without DISCONNECT: the broker publishes the will
`
  },
  keepalive: {
    options: `, keepalive: 4${WILL}`,
    body: `client.on('packetsend', ({ cmd }) => console.log('sent', cmd))
client.on('packetreceive', ({ cmd }) => console.log('received', cmd))
await new Promise((resolve) => setTimeout(resolve, 6000))
process.exit() // without DISCONNECT: the broker publishes the will
`
  }
}

export function mqttJsProgram(lesson: Exclude<LessonId, 'sn'>, { host, port }: Place): string {
  const address = `'mqtt://${host}:${port}'`
  const options = "clientId: 'learn-code', protocolVersion: 4"
  if (lesson === 'connack')
    return `import mqtt from 'mqtt'

const client = mqtt.connect(${address}, { ${options}, reconnectPeriod: 0 })
client.on('connect', ({ returnCode }) => {
  console.log('accepted', returnCode)
  client.end()
})
client.on('error', ({ code, message }) => console.log('refused', code, message))
`
  const { options: more = '', body } = parts[lesson]
  return `import mqtt from 'mqtt'

const client = await mqtt.connectAsync(${address}, { ${options}${more} })
${body}`
}
