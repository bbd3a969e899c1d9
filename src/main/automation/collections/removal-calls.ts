import type { CallsOf } from '../../../shared/contract'
import type { CollectionFolder } from './collection-folder'
import { baseOf, parentOf, partsOf } from './item-path'
import type { Trash } from './trash'

type ChangeFolder = <T>(collection: string, work: (folder: CollectionFolder) => Promise<T>) => Promise<T>

/** Removes items of collections, and brings them back. */
export function removalCalls(
  trash: Trash,
  change: ChangeFolder
): Pick<CallsOf<'main', 'collections'>, 'collections.remove' | 'collections.undo'> {
  return {
    'collections.remove': ({ collection, path }) =>
      change(collection, async (folder) => {
        folder.item(path)
        return { undo: await trash.put(await folder.full(path), collection, path) }
      }),
    'collections.undo': ({ undo }) => {
      const { collection, path } = trash.find(undo)
      return change(collection, async (folder) => {
        const [stem, extension] = partsOf(baseOf(path))
        const to = await folder.freePath(parentOf(path), stem, extension)
        await trash.take(undo, await folder.full(to))
        return { collection, path: to }
      })
    }
  }
}
