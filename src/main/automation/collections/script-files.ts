import { AppError } from '../../../shared/errors'
import type { Collections } from './collections'

/** A script file of an open collection. */
export interface ScriptFile {
  collection: string
  path: string
  source: string
  /** Its header has a fault: it must not run. */
  isFaulty: boolean
}

/** The scripts of the open collections, for who runs them. */
export function scriptFiles(collections: Collections) {
  return {
    list: (): ScriptFile[] =>
      collections
        .folders()
        .flatMap((folder) =>
          folder.content.items.flatMap(({ path, source, faults }) =>
            source === null ? [] : [{ collection: folder.id, path, source, isFaulty: faults.length > 0 }]
          )
        ),
    /** Throws NOT_FOUND, INVALID_INPUT if the file has another text than `before`, and FILE_UNWRITABLE. */
    save: (
      { collection, path }: { collection: string; path: string },
      source: string,
      before: string | null
    ): Promise<void> =>
      collections.change(collection, async (folder) => {
        await folder.read()
        if (before !== null && folder.item(path).source !== before)
          throw new AppError('INVALID_INPUT', { issues: [{ path: 'source', fault: 'SCRIPT_FILE_CHANGED' }] })
        await folder.saveScript(path, source)
      }),
    create: (collection: string, parent: string, name: string, source: string): Promise<string> =>
      collections.change(collection, (folder) => folder.createScript(parent, name, source)),
    variables: (collection: string): Record<string, string> => collections.messages.values(collection)
  }
}
