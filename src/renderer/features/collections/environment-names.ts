import type { CollectionList } from '../../../shared/contract/collections'

/** Names of the environments of all collections, and of the active one, which none may have any more. */
export function environmentNames({ collections, environment }: CollectionList): string[] {
  const names = collections.flatMap(({ environments }) => environments.map(({ name }) => name))
  return [...new Set([...names, ...(environment === null ? [] : [environment])])]
}
