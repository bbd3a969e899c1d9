import type { Place } from './place'

/** MQTT-SN 1.2 by hand: each datagram is its length, its type and its fields. */
export function snPython({ snPort }: Place): string {
  return `import socket

node = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
node.settimeout(5)

def ask(kind, fields):
    node.sendto(bytes([2 + len(fields), kind]) + fields, ('127.0.0.1', ${snPort}))
    return node.recv(255)

# CONNECT: clean session, protocol 1, keep alive 60 seconds, client ID
ask(0x04, b'\\x04\\x01\\x00\\x3c' + b'learn-code')
# REGISTER: message 1, a topic's name. REGACK brings its number.
topic = ask(0x0a, b'\\x00\\x00\\x00\\x01' + b'learn/sn/temperature')[2:4]
# PUBLISH: QoS 1, to that number, message 2
print(ask(0x0c, b'\\x20' + topic + b'\\x00\\x02' + b'19.0').hex())
# DISCONNECT
ask(0x18, b'')
`
}

export function snNodeJs({ snPort }: Place): string {
  return `import { createSocket } from 'node:dgram'
import { once } from 'node:events'

const node = createSocket('udp4')

async function ask(kind, ...fields) {
  const body = Buffer.concat(fields.map((field) => Buffer.from(field)))
  node.send(Buffer.concat([Buffer.from([2 + body.length, kind]), body]), ${snPort}, '127.0.0.1')
  const [answer] = await once(node, 'message')
  return answer
}

// CONNECT: clean session, protocol 1, keep alive 60 seconds, client ID
await ask(0x04, [0x04, 0x01, 0x00, 0x3c], 'learn-code')
// REGISTER: message 1, a topic's name. REGACK brings its number.
const topic = (await ask(0x0a, [0, 0, 0, 1], 'learn/sn/temperature')).subarray(2, 4)
// PUBLISH: QoS 1, to that number, message 2
console.log(await ask(0x0c, [0x20], topic, [0, 2], '19.0'))
// DISCONNECT
await ask(0x18)
node.close()
`
}
