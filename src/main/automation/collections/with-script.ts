import type { SavedRequest } from '../../../shared/contract/collections'
import type { TemplateFault } from '../../../shared/contract/template-fault'
import { expand, type Context } from '../template/expand'
import type { GeneratorMemory } from '../template/memory'
import { isInside, join, parentOf } from './item-path'
import type { Outgoing } from './encoded'
import type { ReadyMessage } from './to-message'
import { masked } from './variables'

/** Runs a script before a publish. `isPreview`: without a trace. */
export type RunScript = (
  script: { collection: string; path: string },
  message: ReadyMessage,
  variables: Record<string, string>,
  isPreview: boolean
) => Promise<{ message: ReadyMessage } | { fault: TemplateFault }>

interface Around {
  collection: string
  /** Path of the saved message. */
  path: string
  variables: Record<string, string>
  /** Secrets to hide from the script, for a preview; null: it is published. */
  hidden: ReadonlySet<string> | null
  run: RunScript
}

/** What the script of a saved message makes of it. One with faults has none to run. */
export async function withScript(
  made: Outgoing,
  { script }: SavedRequest,
  around: Around
): Promise<Outgoing> {
  if (script.trim() === '' || made.faults.length > 0) return made
  const { collection, hidden, run } = around
  const path = scriptPath(script.trim(), around.path)
  const failed = (fault: TemplateFault): Outgoing => ({ ...made, faults: [...made.faults, fault] })
  if (!isInside(path))
    return failed({
      ...{
        field: 'script',
        variable: null,
        line: 1,
        column: 1,
        code: 'SCRIPT_MISSING',
        name: path,
        detail: ''
      }
    })
  const done = await run(
    { collection, path },
    hidden ? withoutSecrets(made.message, hidden) : made.message,
    hidden ? mapped(around.variables, (value) => masked(value, hidden)) : around.variables,
    hidden !== null
  )
  if ('fault' in done) return failed(done.fault)
  const isEncodedStill = Buffer.from(done.message.payload).equals(made.message.payload)
  return { ...made, message: done.message, decoded: isEncodedStill ? made.decoded : null }
}

/** Path of a script within the collection. */
function scriptPath(script: string, message: string): string {
  return script.startsWith('/') ? script.slice(1) : join(parentOf(message), script)
}

/** The value of each variable; those without one are left out. */
export function valuesOf(context: Context, memory: GeneratorMemory): Record<string, string> {
  const values: Record<string, string> = {}
  for (const name of context.variables.keys()) {
    const { texts, faults } = expand({ value: `{{${name}}}` }, context, memory)
    if (faults.length === 0) values[name] = texts.value
  }
  return values
}

/** A script could write a secret in another form, which a preview would not recognise. */
function withoutSecrets(message: ReadyMessage, secrets: ReadonlySet<string>): ReadyMessage {
  if (secrets.size === 0) return message
  const { properties, topic, payload } = message
  return {
    ...message,
    topic: masked(topic, secrets),
    payload: Buffer.from(masked(Buffer.from(payload).toString(), secrets)),
    properties: properties && {
      ...properties,
      contentType: masked(properties.contentType, secrets),
      responseTopic: masked(properties.responseTopic, secrets),
      correlation: { ...properties.correlation, text: masked(properties.correlation.text, secrets) },
      userProperties: properties.userProperties.map((each) => mapped(each, (text) => masked(text, secrets)))
    }
  }
}

function mapped<T extends Record<string, string>>(record: T, change: (text: string) => string): T {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)])) as T
}
