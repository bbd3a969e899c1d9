import { dirname } from 'node:path'
import { DataFiles } from '../collections/data-files'
import type { StoredVariable } from '../collections/settings-file'
import { expand, type Context, type Definition } from '../template/expand'
import type { GeneratorMemory } from '../template/memory'
import { isTemplate } from '../../../shared/is-template'
import { StepFailure } from './failure'
import { isMap } from './json'
import type { Path } from './located'
import { templateSentence } from './sentences'
import { Loose } from './values'

export interface ScopeParts {
  /** Later ones replace earlier ones of the same name. */
  variables: readonly StoredVariable[]
  /** Values that are not expanded: a data row, and those of the command line. */
  given: Readonly<Record<string, string>>
  environment: NodeJS.ProcessEnv
  data: DataFiles
  memory: GeneratorMemory
  /** The file, which tells its generators from those of others. */
  file: string
}

/** The variables of one run of a check. Each has one value throughout. */
export class Scope {
  /** Values of the environment and the keyring, which no report may show. */
  readonly secrets: Set<string>
  private readonly definitions = new Map<string, Definition>()
  private readonly captured: Map<string, string>

  constructor(
    private readonly parts: ScopeParts,
    /** The run that this one is a part of. */
    outer?: Scope
  ) {
    this.captured = outer?.captured ?? new Map<string, string>()
    this.secrets = outer?.secrets ?? new Set<string>()
    for (const { name, kind, value } of parts.variables)
      this.definitions.set(
        name,
        kind === 'text'
          ? { kind, text: value }
          : kind === 'env'
            ? { kind, name: value }
            : { kind, read: () => (value === '' ? null : (this.noted(value) ?? null)) }
      )
    if (outer) for (const [name, value] of outer.definitions) this.definitions.set(name, value)
    for (const [name, value] of Object.entries(parts.given)) this.set(name, value)
    this.fix()
  }

  /** The name of a variable that a capture gives its value. */
  capture(name: string, value: string): void {
    this.captured.set(name, value)
  }

  /** Expands a value of a file. Throws StepFailure at the line of the fault. */
  expand(value: unknown, path: Path): unknown {
    const texts: Record<string, string> = {}
    const paths = new Map<string, Path>()
    const collect = (each: unknown, at: Path): void => {
      if (typeof each === 'string' && isTemplate(each)) {
        const key = at.join('\0')
        texts[key] = each
        paths.set(key, at)
      } else if (Array.isArray(each)) each.forEach((item, index) => collect(item, [...at, index]))
      else if (isMap(each)) for (const [key, inner] of Object.entries(each)) collect(inner, [...at, key])
    }
    collect(value, path)
    if (paths.size === 0) return value
    const { texts: made, faults, commit } = expand(texts, this.context(), this.parts.memory)
    const [fault] = faults
    if (fault) throw new StepFailure(templateSentence(fault), { path: paths.get(fault.field) ?? path })
    commit()
    const replace = (each: unknown, at: Path): unknown => {
      if (typeof each === 'string') {
        const key = at.join('\0')
        if (!paths.has(key)) return each
        return WHOLE.test(each) ? new Loose(made[key]!) : made[key]!
      }
      if (Array.isArray(each)) return each.map((item, index) => replace(item, [...at, index]))
      if (!isMap(each)) return each
      return Object.fromEntries(
        Object.entries(each).map(([key, inner]) => [key, replace(inner, [...at, key])])
      )
    }
    return replace(value, path)
  }

  /** The variables of another file that is run as a part of this one. */
  inner(
    { path, variables }: { path: string; variables: readonly StoredVariable[] },
    given: Record<string, string>
  ): Scope {
    return new Scope(
      { ...this.parts, file: path, variables, given, data: new DataFiles(dirname(path)) },
      this
    )
  }

  private set(name: string, value: string): void {
    // A secret is not expanded again: braces in a value are sent as they are.
    this.definitions.set(name, { kind: 'secret', read: () => value })
  }

  /** Gives each variable its value, so that a generator in it is asked once. One that cannot have any keeps its fault for who uses it. */
  private fix(): void {
    for (const [name, definition] of this.definitions) {
      if (definition.kind !== 'text' || !isTemplate(definition.text)) continue
      const { texts, faults, commit } = expand({ value: `{{${name}}}` }, this.context(), this.parts.memory)
      if (faults.length > 0) continue
      commit()
      this.set(name, texts.value)
    }
  }

  private context(): Context {
    const { file, environment, data } = this.parts
    const variables = new Map(this.definitions)
    for (const [name, value] of this.captured) variables.set(name, { kind: 'secret', read: () => value })
    return {
      variables,
      scope: file,
      owner: dirname(file),
      now: Date.now(),
      env: (name) => this.noted(Object.hasOwn(environment, name) ? environment[name] : undefined),
      captured: (name) => this.captured.get(name),
      rows: (name) => data.rows(name)
    }
  }

  private noted(value: string | undefined): string | undefined {
    if (value) this.secrets.add(value)
    return value
  }
}

/** A text that is one template and nothing else. */
const WHOLE = /^\{\{(?:(?!\}\}|\{\{)[^])*\}\}$/
