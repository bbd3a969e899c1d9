import type { TemplateFault } from '../../../shared/contract/template-fault'
import { isTemplate } from '../../../shared/is-template'
import { placeOf, similar, TemplateError } from './fault'
import { generate, type MadeByKey, type Sources } from './generators'
import type { GeneratorMemory, Slot } from './memory'
import { parseTemplate, wordsOf, type Expression } from './parse'

/** How a variable gets its value. Only a text is expanded further. */
export type Definition =
  | { kind: 'text'; text: string }
  /** Returns null if this computer has none. */
  | { kind: 'secret'; read: () => string | null }
  | { kind: 'env'; name: string }

export interface Context extends Sources {
  variables: ReadonlyMap<string, Definition>
  /** Tells the generators of this message from those of others. */
  scope: string
  /** Tells the generators of these variables, which all messages share, from those of other collections. */
  owner: string
}

export interface Expanded<F extends string> {
  texts: Record<F, string>
  faults: TemplateFault[]
  /** Advances the generators: call it when the message is sent. */
  commit: () => void
}

/** Variables inside variables. */
const MAX_DEPTH = 50
/** Expressions of one message. */
const MAX_EXPRESSIONS = 100_000
/** UTF-16 units of everything that is expanded for one message: 32 MiB. */
const MAX_LENGTH = 16 * 2 ** 20
const MAX_FAULTS = 20

/**
 * Expands the fields of one message. A variable has one value throughout the message. Nothing is remembered before `commit`, which has no
 * effect while there are faults.
 */
export function expand<F extends string>(
  fields: Readonly<Record<F, string>>,
  context: Context,
  memory: GeneratorMemory
): Expanded<F> {
  const message = new MessageExpansion(context, memory)
  const texts = {} as Record<F, string>
  for (const field of Object.keys(fields) as F[]) texts[field] = message.field(field, fields[field])
  const { faults, made } = message
  return {
    texts,
    faults,
    commit() {
      if (faults.length > 0) return
      const next = new Map<string, Slot>()
      for (const [key, { next: slot }] of made) if (slot) next.set(key, slot)
      memory.commit(next)
    }
  }
}

/** What has been made of one message so far. */
class MessageExpansion {
  readonly faults: TemplateFault[] = []
  readonly made: MadeByKey = new Map()
  /** Values of variables; null: it has a fault, which is reported once. */
  private readonly values = new Map<string, string | null>()
  /** Variables that are being expanded, outermost first. */
  private readonly open: string[] = []
  private expressions = 0
  private length = 0
  /** That is reported. */
  private isTooLong = false
  private current = ''

  constructor(
    private readonly context: Context,
    private readonly memory: GeneratorMemory
  ) {}

  field(name: string, text: string): string {
    this.current = name
    return this.text(text, `${this.context.scope} ${name}`) ?? text
  }

  /** null if it has a fault. */
  private text(text: string, place: string): string | null {
    if (!isTemplate(text)) return text
    const { parts, fault } = parseTemplate(text)
    const made: string[] = []
    let sound = true
    let count = 0
    for (const part of parts) {
      const expression = typeof part === 'string' ? null : part
      const value = expression ? this.expression(expression, text, `${place} ${count++}`) : (part as string)
      if (value === null) sound = false
      else this.length += value.length
      if (this.length > MAX_LENGTH || this.faults.length >= MAX_FAULTS) {
        if (this.length > MAX_LENGTH && !this.isTooLong)
          this.report(text, expression?.offset ?? 0, new TemplateError('TOO_LONG'))
        this.isTooLong ||= this.length > MAX_LENGTH
        return null
      }
      if (sound) made.push(value!)
    }
    if (fault) this.report(text, fault.offset, fault.error)
    return sound && !fault ? made.join('') : null
  }

  private expression({ text, offset }: Expression, whole: string, place: string): string | null {
    try {
      if (++this.expressions > MAX_EXPRESSIONS) throw new TemplateError('TOO_MANY')
      const words = wordsOf(text)
      if (words.name.startsWith('$'))
        return generate(words, `${place} ${text}`, this.made, this.context, this.memory)
      return this.variable(words.name)
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error
      this.report(whole, offset, error)
      return null
    }
  }

  private variable(name: string): string | null {
    const known = this.values.get(name)
    if (known !== undefined) return known
    const definition = this.context.variables.get(name)
    if (!definition)
      throw new TemplateError(
        'UNKNOWN_VARIABLE',
        name.slice(0, 100),
        similar(name, this.context.variables.keys())
      )
    if (this.open.includes(name))
      throw new TemplateError('CYCLE', name, [...this.open.slice(this.open.indexOf(name)), name].join(' → '))
    if (this.open.length >= MAX_DEPTH) throw new TemplateError('TOO_DEEP', name)
    this.open.push(name)
    try {
      const value = this.valueOf(name, definition)
      this.values.set(name, value)
      return value
    } finally {
      this.open.pop()
    }
  }

  private valueOf(name: string, definition: Definition): string | null {
    switch (definition.kind) {
      case 'text':
        return this.text(definition.text, `${this.context.owner} {{${name}}}`)
      case 'secret': {
        const value = definition.read()
        if (value === null) throw new TemplateError('NO_SECRET', name)
        return value
      }
      case 'env': {
        const value = this.context.env(definition.name)
        if (value === undefined) throw new TemplateError('NO_ENV', definition.name)
        return value
      }
    }
  }

  private report(text: string, offset: number, { code, subject, detail }: TemplateError): void {
    if (this.faults.length >= MAX_FAULTS) return
    this.faults.push({
      field: this.current,
      variable: this.open.at(-1) ?? null,
      ...placeOf(text, offset),
      code,
      name: subject,
      detail
    })
  }
}
