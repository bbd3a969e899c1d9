import { SN, type SnPacket } from './packet'

/** Every message type, and the bytes that MQTT-SN 1.2, 5.4, asks for, written by hand. */
export const examples: [name: string, packet: SnPacket, hex: string][] = [
  ['ADVERTISE', { type: SN.ADVERTISE, gatewayId: 7, duration: 900 }, '05 00 07 0384'],
  ['SEARCHGW', { type: SN.SEARCHGW, radius: 1 }, '03 01 01'],
  ['GWINFO', { type: SN.GWINFO, gatewayId: 7, address: Buffer.alloc(0) }, '03 02 07'],
  [
    'GWINFO of a client',
    { type: SN.GWINFO, gatewayId: 7, address: Buffer.of(10, 0, 0, 1) },
    '07 02 07 0a000001'
  ],
  [
    'CONNECT',
    { type: SN.CONNECT, will: false, cleanSession: true, protocolId: 1, duration: 60, clientId: 'dev' },
    '09 04 04 01 003c 646576'
  ],
  [
    'CONNECT with a will',
    { type: SN.CONNECT, will: true, cleanSession: false, protocolId: 1, duration: 10, clientId: 'd' },
    '07 04 08 01 000a 64'
  ],
  ['CONNACK', { type: SN.CONNACK, returnCode: 1 }, '03 05 01'],
  ['WILLTOPICREQ', { type: SN.WILLTOPICREQ }, '02 06'],
  ['WILLTOPIC', { type: SN.WILLTOPIC, will: { qos: 1, retain: true, topic: 'w/t' } }, '06 07 30 772f74'],
  ['WILLTOPIC without a topic', { type: SN.WILLTOPIC, will: null }, '02 07'],
  ['WILLMSGREQ', { type: SN.WILLMSGREQ }, '02 08'],
  ['WILLMSG', { type: SN.WILLMSG, payload: Buffer.from('gone') }, '06 09 676f6e65'],
  ['REGISTER', { type: SN.REGISTER, topicId: 0, messageId: 0x1234, topic: 'a/b' }, '09 0a 0000 1234 612f62'],
  ['REGACK', { type: SN.REGACK, topicId: 5, messageId: 0x1234, returnCode: 0 }, '07 0b 0005 1234 00'],
  [
    'PUBLISH at QoS 0',
    {
      type: SN.PUBLISH,
      dup: false,
      qos: 0,
      retain: false,
      topic: { kind: 'normal', id: 5 },
      messageId: 0,
      payload: Buffer.from('x')
    },
    '08 0c 00 0005 0000 78'
  ],
  [
    'PUBLISH at QoS 1, again and retained, to a short topic',
    {
      type: SN.PUBLISH,
      dup: true,
      qos: 1,
      retain: true,
      topic: { kind: 'short', name: 'tp' },
      messageId: 9,
      payload: Buffer.from('xy')
    },
    '09 0c b2 7470 0009 7879'
  ],
  [
    'PUBLISH at QoS -1 to a predefined topic',
    {
      type: SN.PUBLISH,
      dup: false,
      qos: -1,
      retain: false,
      topic: { kind: 'predefined', id: 258 },
      messageId: 0,
      payload: Buffer.alloc(0)
    },
    '07 0c 61 0102 0000'
  ],
  ['PUBACK', { type: SN.PUBACK, topicId: 5, messageId: 9, returnCode: 2 }, '07 0d 0005 0009 02'],
  ['PUBCOMP', { type: SN.PUBCOMP, messageId: 9 }, '04 0e 0009'],
  ['PUBREC', { type: SN.PUBREC, messageId: 9 }, '04 0f 0009'],
  ['PUBREL', { type: SN.PUBREL, messageId: 9 }, '04 10 0009'],
  [
    'SUBSCRIBE',
    { type: SN.SUBSCRIBE, dup: false, qos: 2, messageId: 3, filter: { kind: 'name', name: 'a/+' } },
    '08 12 40 0003 612f2b'
  ],
  [
    'SUBSCRIBE to a predefined topic, again',
    { type: SN.SUBSCRIBE, dup: true, qos: 0, messageId: 3, filter: { kind: 'predefined', id: 258 } },
    '07 12 81 0003 0102'
  ],
  ['SUBACK', { type: SN.SUBACK, qos: 1, topicId: 5, messageId: 3, returnCode: 0 }, '08 13 20 0005 0003 00'],
  [
    'UNSUBSCRIBE',
    { type: SN.UNSUBSCRIBE, messageId: 4, filter: { kind: 'short', name: 'tp' } },
    '07 14 02 0004 7470'
  ],
  ['UNSUBACK', { type: SN.UNSUBACK, messageId: 4 }, '04 15 0004'],
  ['PINGREQ', { type: SN.PINGREQ, clientId: '' }, '02 16'],
  ['PINGREQ of a sleeping client', { type: SN.PINGREQ, clientId: 'dev' }, '05 16 646576'],
  ['PINGRESP', { type: SN.PINGRESP }, '02 17'],
  ['DISCONNECT', { type: SN.DISCONNECT, duration: null }, '02 18'],
  ['DISCONNECT of a client that goes to sleep', { type: SN.DISCONNECT, duration: 300 }, '04 18 012c'],
  ['WILLTOPICUPD', { type: SN.WILLTOPICUPD, will: { qos: 2, retain: false, topic: 'w' } }, '04 1a 40 77'],
  ['WILLTOPICUPD without a topic', { type: SN.WILLTOPICUPD, will: null }, '02 1a'],
  ['WILLTOPICRESP', { type: SN.WILLTOPICRESP, returnCode: 0 }, '03 1b 00'],
  ['WILLMSGUPD', { type: SN.WILLMSGUPD, payload: Buffer.from('m') }, '03 1c 6d'],
  ['WILLMSGRESP', { type: SN.WILLMSGRESP, returnCode: 3 }, '03 1d 03']
]

export function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.replaceAll(' ', ''), 'hex')
}
