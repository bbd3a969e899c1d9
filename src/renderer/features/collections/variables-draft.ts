import type { Collection, Variable } from '../../../shared/contract/collections'

/** A variable in the form. */
export interface VariableDraft extends Variable {
  /** A secret that was typed; empty: the stored one stays. */
  secret: string
  /** Name in the file; null: it is new. A renamed secret must be typed again. */
  before: string | null
}

/** A set of variables in the form: the collection's (`environment` null) or those of an environment. */
export interface SetDraft {
  environment: string | null
  /** Name in the file; null: it is new. */
  before: string | null
  variables: VariableDraft[]
}

export function setsOf({ variables, environments }: Collection): SetDraft[] {
  const draft = (list: readonly Variable[]): VariableDraft[] =>
    list.map((variable) => ({ ...variable, secret: '', before: variable.name }))
  return [
    { environment: null, before: null, variables: draft(variables) },
    ...environments.map(({ name, variables }) => ({
      environment: name,
      before: name,
      variables: draft(variables)
    }))
  ]
}

export type VariablesFault = 'NAME' | 'REPEATED' | 'BRACES' | 'ENVIRONMENT_NAME' | 'ENVIRONMENT_REPEATED'

/** The first thing that prevents the sets from being saved, and what it is about. */
export function faultOf(
  sets: readonly SetDraft[]
): { fault: VariablesFault; set: SetDraft; name: string } | null {
  const environments = new Set<string | null>()
  for (const set of sets) {
    const environment = set.environment?.trim() ?? null
    if (environment === '') return { fault: 'ENVIRONMENT_NAME', set, name: environment }
    if (environment !== null && environments.has(environment))
      return { fault: 'ENVIRONMENT_REPEATED', set, name: environment }
    environments.add(environment)
    const names = new Set<string>()
    for (const { name } of set.variables) {
      if (name.trim() === '') return { fault: 'NAME', set, name }
      if (/[{}]|^\s*\$/.test(name)) return { fault: 'BRACES', set, name }
      if (names.has(name.trim())) return { fault: 'REPEATED', set, name }
      names.add(name.trim())
    }
  }
  return null
}

/** The variables as the process takes them. */
export function storedOf({ variables }: SetDraft): Variable[] {
  return variables.map(({ name, kind, value, known }) => ({ name: name.trim(), kind, value, known }))
}

/** A secret of a collection; `environment` null: of all environments. */
export interface SecretName {
  environment: string | null
  name: string
}

/** The secrets that a form takes out of a collection. */
export function removedSecrets(
  { variables, environments }: Collection,
  sets: readonly SetDraft[]
): SecretName[] {
  const before = [{ name: null, variables }, ...environments]
  return before.flatMap(({ name: environment, variables }) => {
    const set = sets.find((each) => (each.environment?.trim() ?? null) === environment)
    const isKept = (name: string): boolean =>
      set?.variables.some((each) => each.kind === 'secret' && each.name.trim() === name) ?? false
    return variables
      .filter(({ name, kind, known }) => kind === 'secret' && known && !isKept(name))
      .map(({ name }) => ({ environment, name }))
  })
}
