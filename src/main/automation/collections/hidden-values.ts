import type { Collections } from './collections'

/** Values of the keyring and of the process's environment that variables of the open collections have: no file may have them. */
export function hiddenValues(
  collections: Pick<Collections, 'folders' | 'secretValues'>,
  env: Readonly<Record<string, string | undefined>>
): { folder: string; environment: string | null; name: string; value: string }[] {
  const ofEnv = collections.folders().flatMap(({ directory, content }) => {
    const { variables, environments } = content.settings
    return [{ name: null, variables }, ...environments].flatMap(({ name: environment, variables }) =>
      variables.flatMap(({ name, kind, value }) => {
        const found = kind === 'env' && Object.hasOwn(env, value) ? env[value] : undefined
        return found ? [{ folder: directory, environment, name, value: found }] : []
      })
    )
  })
  return [...collections.secretValues(), ...ofEnv]
}
