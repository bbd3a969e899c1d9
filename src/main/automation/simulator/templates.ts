import { randomUUID } from 'node:crypto'
import type { TemplateFault } from '../../../shared/contract/template-fault'
import { topicFault } from '../../../shared/topic'
import { DataFiles } from '../collections/data-files'
import { payloadBytes } from '../collections/to-message'
import { expand, type Context, type Definition } from '../template/expand'
import { GeneratorMemory } from '../template/memory'
import type { SimulatorPlan } from './plan'

type Texts = Pick<SimulatorPlan, 'variables' | 'rows' | 'directory'>
type Message = SimulatorPlan['messages'][number]

/** What a message of a device consists of, or its faults. */
export type DeviceMessage = { topic: string; payload: Uint8Array } | { faults: TemplateFault[] }

/**
 * Expands the texts of devices. The variables of a device are its number (`device`, from 1) and the columns of its row; then come those of
 * the collection. Generators count for each device by itself.
 */
export class DeviceTemplates {
  private readonly shared: Map<string, Definition>
  private readonly data: DataFiles

  constructor(
    private readonly plan: Texts,
    private readonly env: Readonly<Record<string, string | undefined>>
  ) {
    this.data = new DataFiles(plan.directory)
    this.shared = new Map(
      plan.variables.map(({ name, value, expands }) => [
        name,
        expands ? { kind: 'text', text: value } : { kind: 'secret', read: () => value }
      ])
    )
  }

  /** @param index from 0 */
  device(index: number): DeviceTexts {
    const variables = new Map(this.shared)
    const { rows } = this.plan
    for (const [name, value] of rows?.[index % rows.length] ?? [])
      variables.set(name, { kind: 'secret', read: () => value })
    variables.set('device', { kind: 'secret', read: () => String(index + 1) })
    return new DeviceTexts(
      {
        ...{ variables, scope: '', owner: '', now: 0, captured: () => undefined },
        env: (name) => this.env[name],
        rows: (file) => this.data.rows(file)
      },
      new GeneratorMemory({ random: Math.random, uuid: randomUUID })
    )
  }
}

/** The texts of one device. */
export class DeviceTexts {
  constructor(
    private readonly context: Context,
    private readonly memory: GeneratorMemory
  ) {}

  /** A text of the device itself, such as its client id. */
  text(field: string, template: string): { text: string; faults: TemplateFault[] } {
    const { texts, faults, commit } = expand(
      { text: template },
      { ...this.context, scope: field },
      this.memory
    )
    commit()
    return { text: texts.text, faults: faults.map((fault) => ({ ...fault, field })) }
  }

  /** The next message of a kind. */
  message({ topic, payload, format }: Message, kind: number): DeviceMessage {
    this.context.now = Date.now()
    this.context.scope = String(kind)
    const { texts, faults, commit } = expand({ topic, payload }, this.context, this.memory)
    const fault = (field: string, code: TemplateFault['code'], detail: string): TemplateFault => ({
      ...{ field, variable: null, line: 1, column: 1, code, name: '', detail }
    })
    if (faults.length > 0) return { faults }
    const bytes = payloadBytes(format, texts.payload)
    if ('code' in bytes) return { faults: [fault('payload', bytes.code, bytes.detail)] }
    const wrong = topicFault(texts.topic)
    if (wrong) return { faults: [fault('topic', 'TOPIC', wrong)] }
    commit()
    return { topic: texts.topic, payload: bytes.bytes }
  }
}
