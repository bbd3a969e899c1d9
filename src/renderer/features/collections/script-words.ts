import type { ScriptLine, ScriptStatus } from '../../../shared/contract/scripts'
import { SCRIPT_LIMITS } from '../../../shared/contract/scripts'
import { m } from '../../paraglide/messages'
import { count } from '../../state/format'
import { limitText } from '../../state/script-limit'

/** What a script does now, in one line. */
export function stateText({ state, kind, connections, handled, published }: ScriptStatus): string {
  switch (state) {
    case 'off':
      return kind === 'message' ? m.scripts_off() : m.scripts_off_publish()
    case 'changed':
      return m.scripts_changed()
    case 'ready':
      return m.scripts_ready()
    case 'waiting':
      return m.scripts_waiting({ names: connections.join(', ') })
    case 'running':
      return m.scripts_running({ handled: count(handled), published: count(published) })
    case 'stopped':
      return m.scripts_stopped()
    case 'tooMany':
      return m.scripts_too_many({ most: SCRIPT_LIMITS.running })
  }
}

export function faultText({ code, message }: { code: string; message: string }): string {
  return code === 'ERROR' && message !== '' ? message : limitText(code)
}

/** A line of the console. */
export function lineText({ event, text, code, count: times }: ScriptLine): string {
  switch (event) {
    case null:
      return text
    case 'started':
      return m.scripts_line_started()
    case 'fault':
      return faultText({ code: code ?? '', message: text })
    case 'restarted':
      return m.scripts_line_restarted({ reason: faultText({ code: code ?? '', message: text }) })
    case 'stopped':
      return m.scripts_line_stopped({ reason: faultText({ code: code ?? '', message: text }) })
    case 'skipped':
      return m.scripts_line_skipped({ count: times })
    case 'capped':
      return m.scripts_line_capped({ count: times })
    case 'refused':
      return m.scripts_line_refused({ topic: text, code: code ?? '' })
    case 'dropped':
      return m.scripts_line_dropped({ count: times })
    case 'notice':
      return m.scripts_line_notice({ text })
  }
}

/** The first text of a new script. */
export function newScript(kind: 'publish' | 'message', connection: string | null): string {
  return kind === 'publish'
    ? `// ${m.scripts_new_publish_comment()}\nfunction beforePublish(message) {\n  console.log(message.topic, message.text())\n}\n`
    : `// @connection ${connection ?? m.scripts_new_connection()}\n// @filter example/+/set\n\n// ${m.scripts_new_message_comment()}\nfunction onMessage(message) {\n  publish({ topic: message.topic.replace(/set$/, 'state'), payload: message.payload })\n}\n`
}
