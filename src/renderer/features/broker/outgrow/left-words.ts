import type { BridgeNote, LeftBehind, ServerKind } from '../../../../shared/contract/left-behind'
import { m } from '../../../paraglide/messages'
import { count } from '../../../state/format'
import { noteSentence } from '../access/file-words'

export function serverName(server: ServerKind): string {
  return { mosquitto: 'Mosquitto', emqx: 'EMQX' }[server]
}

/** Everything that could not be taken along, in a sentence each. */
export function leftSentences(server: ServerKind, left: LeftBehind): string[] {
  const name = serverName(server)
  const { access, opened, mqttSn, bridges, brokerStopped, messages, messageCount } = left
  const more = messageCount - messages.length
  return [
    ...(brokerStopped ? [m.outgrow_left_stopped()] : []),
    ...opened.map((port) => m.outgrow_left_opened({ port: String(port) })),
    ...mqttSn.map((port) => m.outgrow_left_sn({ port: String(port), server: name })),
    ...access.map((note) => noteSentence(note, [])),
    ...bridges.map((note) => bridgeSentence(note, name)),
    ...messages.map(({ topic, fault }) =>
      fault === 'TOPIC' ? m.outgrow_left_topic({ topic }) : m.outgrow_left_properties({ topic })
    ),
    ...(more > 0 ? [m.outgrow_left_more({ number: count(more) })] : [])
  ]
}

function bridgeSentence({ bridge, fault, filter }: BridgeNote, server: string): string {
  switch (fault) {
    case 'OFF':
      return m.outgrow_bridge_off({ bridge })
    case 'PROFILE':
      return m.outgrow_bridge_profile({ bridge })
    case 'SERVER':
      return m.outgrow_bridge_server({ bridge, server })
    case 'WEB_SOCKET':
      return m.outgrow_bridge_web_socket({ bridge, server })
    case 'TOPIC':
      return m.outgrow_bridge_topic({ bridge, filter: filter ?? '' })
    case 'USER_NAME':
      return m.outgrow_bridge_user_name({ bridge })
    case 'PASSWORD':
      return m.outgrow_bridge_password({ bridge })
    case 'KEY':
      return m.outgrow_bridge_key({ bridge })
    case 'PFX':
      return m.outgrow_bridge_pfx({ bridge })
    case 'PASSPHRASE':
      return m.outgrow_bridge_passphrase({ bridge, server })
    case 'SCRAM':
      return m.outgrow_bridge_scram({ bridge, server })
    case 'PROXY':
      return m.outgrow_bridge_proxy({ bridge, server })
    case 'RETAIN':
      return m.outgrow_bridge_retain({ bridge })
  }
}

/** The commands with which the server takes over, to be run on it. */
export function nextCommands(server: ServerKind, path: string, port: number): string {
  const name = path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
  const place = port === 1883 ? 'MQTT_HOST=localhost' : `MQTT_HOST=localhost MQTT_PORT=${port}`
  return [
    `# ${m.outgrow_next_copy()}`,
    `scp -r ${quoted(path)} user@server:`,
    `ssh user@server`,
    `cd ${quoted(name)}`,
    '',
    `# ${m.outgrow_next_start({ server: serverName(server) })}`,
    'docker compose up -d',
    ...(server === 'mosquitto' ? [`# ${m.outgrow_next_plain()}`, '# mosquitto -c mosquitto.conf'] : []),
    '',
    `# ${m.outgrow_next_retained()}`,
    `${place} MQTT_USER=name MQTT_PASSWORD=secret sh retained.sh`
  ].join('\n')
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
