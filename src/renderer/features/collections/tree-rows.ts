import type { Collection, CollectionItem, CollectionList } from '../../../shared/contract/collections'

/** A row of the tree: a collection (`item` null), a folder or a saved message. */
export interface TreeRow {
  key: string
  collection: Collection
  item: CollectionItem | null
  /** From 1. */
  level: number
  /** null: it has nothing below it that could be shown. */
  expanded: boolean | null
}

/** Where an item goes: into a folder (empty: the collection itself), before another item or (null) to its end. */
export interface Target {
  parent: string
  before: string | null
}

export function keyOf(collection: string, path: string): string {
  return `${collection}:${path}`
}

/** The rows to show, in their order. A search shows what matches in its name, topic or payload, with everything above it. */
export function treeRows(
  collections: readonly Collection[],
  collapsed: ReadonlySet<string>,
  search: string
): TreeRow[] {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean)
  return collections.flatMap((collection) => rowsOf(collection, collapsed, words))
}

function rowsOf(collection: Collection, collapsed: ReadonlySet<string>, words: readonly string[]): TreeRow[] {
  const { id, items } = collection
  const searching = words.length > 0
  const shown = searching ? matching(items, words) : null
  const isOpen = (path: string): boolean => searching || !collapsed.has(keyOf(id, path))
  const levels = new Map([['', 1]])
  const open = new Set(isOpen('') ? [''] : [])
  const rows: TreeRow[] = [{ key: keyOf(id, ''), collection, item: null, level: 1, expanded: isOpen('') }]
  for (const item of items) {
    const level = (levels.get(item.parent) ?? 1) + 1
    levels.set(item.path, level)
    if (!open.has(item.parent) || (shown && !shown.has(item.path))) continue
    if (item.kind === 'folder' && isOpen(item.path)) open.add(item.path)
    rows.push({
      key: keyOf(id, item.path),
      collection,
      item,
      level,
      expanded: item.kind === 'folder' ? isOpen(item.path) : null
    })
  }
  return rows
}

/** Paths of the items that match, of what is in a folder that matches, and of the folders above them. */
function matching(items: readonly CollectionItem[], words: readonly string[]): Set<string> {
  const found = new Set<string>()
  const whole = new Set<string>()
  const parents = new Map(items.map(({ path, parent }) => [path, parent]))
  for (const { path, parent, kind, name, topic, preview } of items) {
    const text = `${name}\n${topic}\n${preview}`.toLowerCase()
    const matches = whole.has(parent) || words.every((word) => text.includes(word))
    if (!matches) continue
    if (kind === 'folder') whole.add(path)
    for (let above: string | undefined = path; above; above = parents.get(above)) found.add(above)
  }
  return found
}

/** Where an item goes that is dropped on a row: in its upper part before it, in its lower part behind it, in the middle of a folder into it. */
export function dropTarget(row: TreeRow, share: number): Target {
  const { collection, item } = row
  if (!item) return { parent: '', before: collection.items.find(({ parent }) => parent === '')?.path ?? null }
  const isFolder = item.kind === 'folder'
  if (isFolder && share > 0.25 && (share < 0.75 || row.expanded === true))
    return { parent: item.path, before: share < 0.75 ? null : firstIn(collection, item.path) }
  if (share < 0.5) return { parent: item.parent, before: item.path }
  return { parent: item.parent, before: nextSibling(collection, item) }
}

function firstIn({ items }: Collection, parent: string): string | null {
  return items.find((each) => each.parent === parent)?.path ?? null
}

function nextSibling(collection: Collection, item: CollectionItem): string | null {
  const siblings = siblingsOf(collection, item)
  return siblings[siblings.indexOf(item) + 1]?.path ?? null
}

function siblingsOf({ items }: Collection, { parent }: CollectionItem): CollectionItem[] {
  return items.filter((each) => each.parent === parent)
}

/** Whether an item can go to a target: a folder not into itself. */
export function canMove(item: CollectionItem, { parent }: Target): boolean {
  return !(item.kind === 'folder' && `${parent}/`.startsWith(`${item.path}/`))
}

/**
 * Where an arrow key with Alt moves an item: up and down among its siblings, right into the folder above it, left out of its folder. null:
 * nowhere.
 */
export function stepTarget(collection: Collection, item: CollectionItem, key: string): Target | null {
  const siblings = siblingsOf(collection, item)
  const index = siblings.indexOf(item)
  const { parent } = item
  switch (key) {
    case 'ArrowUp':
      return index > 0 ? { parent, before: siblings[index - 1]!.path } : null
    case 'ArrowDown':
      return index < siblings.length - 1 ? { parent, before: siblings[index + 2]?.path ?? null } : null
    case 'ArrowRight': {
      const above = siblings[index - 1]
      return above?.kind === 'folder' ? { parent: above.path, before: null } : null
    }
    case 'ArrowLeft': {
      const folder = collection.items.find(({ path }) => path === parent)
      return folder ? { parent: folder.parent, before: nextSibling(collection, folder) } : null
    }
    default:
      return null
  }
}

/** The folder that a new item goes into, when a row is the current one. */
export function folderOf({ item }: TreeRow): string {
  if (!item) return ''
  return item.kind === 'folder' ? item.path : item.parent
}

/** Undefined: it is not there. */
export function itemOf(list: CollectionList, collection: string, path: string): CollectionItem | undefined {
  return itemsOf(list, collection).find((each) => each.path === path)
}

/** Where an item is; null: it is not there. */
export function placeOf(list: CollectionList, collection: string, path: string): Target | null {
  const item = itemOf(list, collection, path)
  if (!item) return null
  const siblings = itemsOf(list, collection).filter(({ parent }) => parent === item.parent)
  return { parent: item.parent, before: siblings[siblings.indexOf(item) + 1]?.path ?? null }
}

function itemsOf({ collections }: CollectionList, collection: string): readonly CollectionItem[] {
  return collections.find(({ id }) => id === collection)?.items ?? []
}

/** What has a row, by its key; null: a collection itself. */
export function keysOf({ collections }: CollectionList): Map<string, CollectionItem | null> {
  return new Map(
    collections.flatMap(({ id, items }) => [
      [keyOf(id, ''), null],
      ...items.map((item): [string, CollectionItem] => [keyOf(id, item.path), item])
    ])
  )
}
