/** What scripts can use, for the editor's completion: names, signatures and meanings as in docs/script-api.d.ts. */
export const scriptCompletions = [
  ...entries('function', [
    ['publish', '(message)', 'Publishes on the connection that the message came from.'],
    ['notice', '(text)', 'Tells the user.'],
    ['cancel', '(reason)', 'Before a publish: nothing is published, and the user sees the reason.'],
    ['console.log', '(…values)', 'Writes a line to the console below.'],
    ['console.warn', '(…values)', 'Writes a warning to the console below.'],
    ['console.error', '(…values)', 'Writes an error to the console below.'],
    ['message.text', '(): string', 'The payload as text.'],
    ['message.json', '(): any', 'The payload read as JSON.'],
    ['message.bytes', '(): Uint8Array', 'A copy of the payload’s bytes.'],
    ['beforePublish', '(message)', 'Defined by a script that saved messages name.'],
    ['onMessage', '(message)', 'Defined by a script with @filter: called with each message.']
  ]),
  ...entries('variable', [
    ['message.topic', 'string', ''],
    ['message.payload', 'string | Uint8Array', 'Set a text, bytes, or a value that is sent as JSON.'],
    ['message.qos', '0 | 1 | 2', ''],
    ['message.retain', 'boolean', ''],
    [
      'message.properties',
      'Properties',
      'MQTT 5: contentType, responseTopic, correlationData, userProperties …'
    ],
    ['state', 'object', 'Kept from message to message.'],
    ['variables', 'object', 'The collection’s variables in the active environment.']
  ])
]

interface Entry {
  type: string
  label: string
  detail: string
  info: string
}

function entries(type: string, list: [label: string, detail: string, info: string][]): Entry[] {
  return list.map(([label, detail, info]) => ({ type, label, detail, info }))
}
