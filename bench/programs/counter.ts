// A separate program: MQTT.js alone, subscribed to everything, counting.
import mqtt from 'mqtt'

const port = Number(process.argv[2])
let received = 0
const client = mqtt.connect({ host: '127.0.0.1', port, protocolVersion: 5, reconnectPeriod: 0 })
client.on('connect', () => client.subscribe('#', { qos: 1 }))
client.on('message', () => received++)
process.on('message', () => process.send?.({ kind: 'counted', received }))
process.on('disconnect', () => process.exit())
