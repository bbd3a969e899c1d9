import type { Environment, Variable } from '../../../shared/contract/collections'
import type { Context, Definition } from '../template/expand'
import type { Captures } from './captures'
import type { CollectionFolder } from './collection-folder'
import type { VariableSecrets } from './secrets'
import type { StoredVariable } from './settings-file'

type ProcessEnvironment = Readonly<Record<string, string | undefined>>

/** A value of the keyring: of a collection's folder, and of one of its environments (null: of all). */
export interface SecretValue {
  folder: string
  environment: string | null
  name: string
  value: string
}

/** The variables of collections, with what this computer knows of them. */
export class Variables {
  constructor(
    private readonly secrets: VariableSecrets,
    private readonly env: ProcessEnvironment,
    private readonly captures: Captures
  ) {}

  /** As the page shows them, without secrets. */
  describe(folder: CollectionFolder): { variables: Variable[]; environments: Environment[] } {
    const { variables, environments } = folder.content.settings
    const shown = (environment: string | null, list: readonly StoredVariable[]): Variable[] =>
      list.map((variable) => ({
        ...variable,
        known:
          variable.kind === 'text' ||
          (variable.kind === 'env'
            ? this.env[variable.value] !== undefined
            : this.secrets.has(folder.id, environment, variable.name))
      }))
    return {
      variables: shown(null, variables),
      environments: environments.map(({ name, variables }) => ({ name, variables: shown(name, variables) }))
    }
  }

  /** The secrets of a collection that this computer has. */
  secretsOf({ id, directory, content }: CollectionFolder): SecretValue[] {
    const { variables, environments } = content.settings
    return [{ name: null, variables }, ...environments].flatMap(({ name: environment, variables }) =>
      variables.flatMap(({ name, kind }) => {
        const value = kind === 'secret' ? this.secrets.get(id, environment, name) : null
        return value === null ? [] : [{ folder: directory, environment, name, value }]
      })
    )
  }

  /**
   * What a message's templates refer to. Captured values come first, then the variables of
   * the active environment, then those of the collection.
   *
   * @param used collects the secrets that are read
   */
  context(folder: CollectionFolder, environment: string | null, path: string, used: Set<string>): Context {
    const { settings } = folder.content
    const definitions = new Map<string, Definition>()
    const take = (list: readonly StoredVariable[], of: string | null): void => {
      for (const { name, kind, value } of list)
        definitions.set(
          name,
          kind === 'text'
            ? { kind, text: value }
            : kind === 'env'
              ? { kind, name: value }
              : { kind, read: () => noted(this.secrets.get(folder.id, of, name) ?? undefined) ?? null }
        )
    }
    const noted = (value: string | undefined): string | undefined => {
      if (value) used.add(value)
      return value
    }
    take(settings.variables, null)
    const active = settings.environments.find(({ name }) => name === environment)
    if (active) take(active.variables, active.name)
    const captured = this.captures.of(folder.id)
    // Like a secret, it is not expanded: it comes from somewhere else.
    for (const { name, value } of captured.values())
      definitions.set(name, { kind: 'secret', read: () => value })
    return {
      variables: definitions,
      scope: `${folder.id} ${path}`,
      owner: folder.id,
      now: Date.now(),
      env: (name) => noted(Object.hasOwn(this.env, name) ? this.env[name] : undefined),
      captured: (name) => captured.get(name)?.value,
      rows: (file) => folder.data.rows(file)
    }
  }
}

/** Stands for a secret. */
export const MASK = '••••••'

/** A text in which no secret can be read. */
export function masked(text: string, secrets: ReadonlySet<string>): string {
  let shown = text
  // The longest first: a secret may be part of another.
  for (const secret of [...secrets].sort((a, b) => b.length - a.length))
    shown = shown.replaceAll(secret, MASK)
  return shown
}
