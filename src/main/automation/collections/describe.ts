import { basename } from 'node:path'
import type { Collection } from '../../../shared/contract/collections'
import type { Captures } from './captures'
import type { CollectionFolder } from './collection-folder'
import type { Variables } from './variables'

/** A collection as the page shows it, without the content of its messages. */
export function describe(folder: CollectionFolder, variables: Variables, captures: Captures): Collection {
  const { id, directory, isDefault, content } = folder
  return {
    ...{ id, directory, isDefault, name: nameOf(folder) },
    items: content.items.map(({ request: _request, simulator: _simulator, order: _order, ...item }) => item),
    ...variables.describe(folder),
    captured: [...captures.of(id).values()],
    faults: content.faults
  }
}

/** Empty for the default collection, until it is given a name. */
function nameOf({ content, isDefault, directory }: CollectionFolder): string {
  return content.settings.name ?? (isDefault ? '' : basename(directory))
}
