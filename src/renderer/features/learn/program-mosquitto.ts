import type { LessonId } from '../../../shared/lessons'
import type { Place } from './place'

/** Lines for a POSIX shell. `-d` prints the packets. */
export function mosquittoProgram(lesson: LessonId, { host, port }: Place): string {
  const to = `-h ${host} -p ${port}`
  const pub = `mosquitto_pub ${to}`
  const sub = `mosquitto_sub ${to}`
  const lines: Record<LessonId, string[]> = {
    topics: [
      `${sub} -i learn-code -t learn/hello -v -C 1 &`,
      'sleep 1',
      `${pub} -i learn-code-2 -t learn/hello -m 'from my program'`,
      'wait'
    ],
    wildcards: [
      `${sub} -i learn-code -t 'learn/home/+/temperature' -v -C 2 &`,
      'sleep 1',
      `${pub} -i learn-code-2 -t learn/home/kitchen/temperature -m 21.5`,
      `${pub} -i learn-code-2 -t learn/home/kitchen/humidity -m 48`,
      `${pub} -i learn-code-2 -t learn/home/bath/temperature -m 23.0`,
      'wait'
    ],
    qos0: ['# One message for each line.', `seq 10 | ${pub} -i learn-code -t learn/qos0 -q 0 -l`],
    qos1: [
      '# It waits for PUBACK, and sends nothing again once it has ended: Ctrl+C if PUBACK is lost.',
      `${pub} -i learn-code -t learn/qos1 -m 'open the door' -q 1 -d`
    ],
    qos2: [
      '# It waits for PUBCOMP, and sends nothing again once it has ended: Ctrl+C if PUBREC is lost.',
      `${pub} -i learn-code -t learn/qos2 -m 'pay 5 coins' -q 2 -d`
    ],
    session: [
      '# -c keeps the session, -E leaves once it is subscribed.',
      `${sub} -i learn-code -c -t learn/session -q 1 -E`,
      `${pub} -i learn-code-2 -t learn/session -m 'while you were away' -q 1`,
      'sleep 1',
      `${sub} -i learn-code -c -t learn/session -q 1 -v -C 1`
    ],
    retained: [
      `${pub} -i learn-code -t learn/retained -m 21.5 -r`,
      `${sub} -i learn-code -t learn/retained -v -C 1`,
      '# Killed without DISCONNECT: the broker publishes the will.',
      `timeout -s KILL 2 ${sub} -i learn-code -t learn/retained \\`,
      '  --will-topic learn/will/code --will-payload gone'
    ],
    connack: [`${sub} -i learn-code -V mqttv311 -t learn/hello -d -W 3`],
    keepalive: [
      '# 5 seconds is the least that it takes. Stop it with Ctrl+Z, and the broker hears nothing any more.',
      `${sub} -i learn-code -k 5 -t learn/hello -d \\`,
      '  --will-topic learn/will/code --will-payload gone'
    ],
    sn: ['# What the node publishes comes by MQTT.', `${sub} -i learn-code-2 -t learn/sn/temperature -v -C 1`]
  }
  return `${lines[lesson].join('\n')}\n`
}
