import type { Snippet, SnippetTarget } from './snippet'

/** The programs for an MQTT-SN listener, which libraries for MQTT do not speak: scapy has its messages. */
export function snSnippets(target: SnippetTarget): Snippet[] {
  return [
    {
      id: 'scapy',
      title: 'Python (scapy)',
      library: 'scapy',
      install: 'pip install scapy',
      language: 'python',
      needsWifi: false,
      code: scapy(target)
    }
  ]
}

function scapy({ host, port }: SnippetTarget): Snippet['code'] {
  const head = `import socket
from scapy.contrib.mqttsn import *

gateway = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
gateway.settimeout(5)
gateway.connect(('${host}', ${port}))

def ask(kind, message):
    gateway.send(bytes(MQTTSN(type=kind) / message))
    return MQTTSN(gateway.recv(65535))

`
  return {
    publish: `${head}ask(CONNECT, MQTTSNConnect(cleansess=1, duration=600, client_id='scapy-publisher'))
topic = ask(REGISTER, MQTTSNRegister(mid=1, topic_name='test')).tid
ask(PUBLISH, MQTTSNPublish(qos=QOS_1, tid=topic, mid=2, data='hello!'))
gateway.send(bytes(MQTTSN(len=2, type=DISCONNECT)))
`,
    subscribe: `${head}ask(CONNECT, MQTTSNConnect(cleansess=1, duration=65535, client_id='scapy-subscriber'))
ask(SUBSCRIBE, MQTTSNSubscribe(qos=QOS_1, mid=1, topic_name='test'))
gateway.settimeout(None)
while True:
    message = MQTTSN(gateway.recv(65535))
    if message.type == PUBLISH:
        print('test', message.data.decode())
        if message.qos == QOS_1:
            puback = MQTTSNPuback(tid=message.tid, mid=message.mid, return_code=ACCEPTED)
            gateway.send(bytes(MQTTSN(type=PUBACK) / puback))
`
  }
}
