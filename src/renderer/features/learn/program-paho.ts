import type { LessonId } from '../../../shared/lessons'
import type { Place } from './place'

type PahoLesson = Exclude<LessonId, 'sn'>

interface Parts {
  imports?: string[]
  /** Further arguments of the client, after its id. */
  options?: string
  /** Between the client's creation and its connection. */
  before?: string
  keepAlive?: number
  body: string
}

/** Sends again over the next connection what has no acknowledgement after two seconds. */
const sendUntilAcknowledged = (topic: string, payload: string, qos: 1 | 2): string =>
  `sent = client.publish('${topic}', '${payload}', qos=${qos})
sent.wait_for_publish(2)
if not sent.is_published():
    print('no acknowledgement: connecting again')
    client.reconnect()
    sent.wait_for_publish(5)
print('acknowledged')`

const WILL = "client.will_set('learn/will/code', 'gone', qos=1)"

const parts: Record<PahoLesson, Parts> = {
  topics: {
    body: `client.subscribe('learn/hello')
client.publish('learn/hello', 'from my program')
time.sleep(1)`
  },
  wildcards: {
    body: `client.subscribe('learn/home/+/temperature')
client.publish('learn/home/kitchen/temperature', '21.5')
client.publish('learn/home/bath/temperature', '23.0')
client.publish('learn/home/kitchen/humidity', '48')
time.sleep(1)`
  },
  qos0: {
    body: `for number in range(1, 11):
    client.publish('learn/qos0', f'reading {number}', qos=0)
time.sleep(1)`
  },
  qos1: { options: ', clean_session=False', body: sendUntilAcknowledged('learn/qos1', 'open the door', 1) },
  qos2: { options: ', clean_session=False', body: sendUntilAcknowledged('learn/qos2', 'pay 5 coins', 2) },
  session: {
    options: ', clean_session=False',
    body: `client.subscribe('learn/session', qos=1)
time.sleep(1)
client.disconnect()
client.loop_stop()

input('Away. Publish something to learn/session, then press Enter. ')
client.reconnect()
client.loop_start()
time.sleep(2)`
  },
  retained: {
    imports: ['os'],
    before: WILL,
    body: `client.publish('learn/retained', '21.5', qos=1, retain=True).wait_for_publish()
client.subscribe('learn/retained')
time.sleep(1)
os._exit(0)  # ends without DISCONNECT: the broker publishes the will`
  },
  connack: { body: 'time.sleep(1)' },
  keepalive: {
    before: WILL,
    keepAlive: 4,
    body: `time.sleep(6)  # PINGREQ goes out in the meantime
client.loop_stop()  # from here on nothing does
time.sleep(8)`
  }
}

export function pahoProgram(lesson: PahoLesson, { host, port }: Place, version: 1 | 2): string {
  const { imports = [], options = '', before, keepAlive = 60, body } = parts[lesson]
  const api = version === 2 ? 'mqtt.CallbackAPIVersion.VERSION2, ' : ''
  const isRefused = lesson === 'connack'
  const [code, parameters] =
    version === 2
      ? ['reason_code', 'client, userdata, flags, reason_code, properties']
      : ['mqtt.connack_string(rc)', 'client, userdata, flags, rc']
  const callback = isRefused
    ? `def on_connect(${parameters}):
    print(${code})
`
    : `def on_message(client, userdata, message):
    print(message.topic, message.payload.decode())
`
  const connected = `while not client.is_connected():
    time.sleep(0.1)
`
  const end = 'client.disconnect()\nclient.loop_stop()\n'
  const isGone = lesson === 'retained' || lesson === 'keepalive'
  return `${[...imports, 'time'].map((name) => `import ${name}\n`).join('')}import paho.mqtt.client as mqtt

${callback}
client = mqtt.Client(${api}client_id='learn-code'${options})
client.${isRefused ? 'on_connect = on_connect' : 'on_message = on_message'}
${before === undefined ? '' : `${before}\n`}client.connect('${host}', ${port}, ${keepAlive})
client.loop_start()
${isRefused ? '' : connected}
${body}
${isGone ? '' : end}`
}
