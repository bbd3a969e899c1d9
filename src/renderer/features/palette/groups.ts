import { m } from '../../paraglide/messages'
import type { Action, ActionGroup } from '../../state/actions.svelte'
import { keysOf } from '../../state/shortcut'
import type { PaletteGroup, PaletteItem } from '../../ui'

/** The groups of actions, in display order. */
export const ACTION_GROUPS: readonly { id: ActionGroup; name: () => string }[] = [
  { id: 'go', name: m.palette_group_go },
  { id: 'topic', name: m.palette_group_topic },
  { id: 'connection', name: m.palette_group_connection },
  { id: 'broker', name: m.palette_group_broker },
  { id: 'view', name: m.palette_group_view }
]

/**
 * The items that contain every word of the text, ignoring case. Topics are not filtered: the caller has matched them. What has exactly that
 * name comes first: the page "Connections" before the topics with connections in their names.
 */
export function groupsFor(
  text: string,
  actions: readonly Action[],
  connections: readonly PaletteItem[],
  topics: readonly PaletteItem[]
): PaletteGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  // Ids are English, so actions can be found by their English id in every language.
  const fits = ({ id, name, detail }: PaletteItem): boolean =>
    words.every((word) => `${name} ${detail ?? ''} ${id}`.toLowerCase().includes(word))
  const isExact = ({ name }: PaletteItem): boolean => name.toLowerCase() === text.trim().toLowerCase()
  const exactFirst = (items: readonly PaletteItem[]): PaletteItem[] =>
    items.toSorted((a, b) => Number(isExact(b)) - Number(isExact(a)))
  const groups: PaletteGroup[] = [
    ...ACTION_GROUPS.map(({ id, name }) => ({
      id,
      name: name(),
      items: actions
        .filter(({ group }) => group === id)
        .map(itemOf)
        .filter(fits)
    })),
    { id: 'connections', name: m.palette_group_connections(), items: connections.filter(fits) },
    { id: 'topics', name: m.palette_group_topics(), items: topics }
  ]
  const hasExact = ({ items }: PaletteGroup): boolean => items.some(isExact)
  return groups
    .map((group) => ({ ...group, items: exactFirst(group.items) }))
    .toSorted((a, b) => Number(hasExact(b)) - Number(hasExact(a)))
}

function itemOf({ id, name, icon, shortcut, run }: Action): PaletteItem {
  return {
    id,
    name: name(),
    onselect: run,
    ...(icon && { icon }),
    ...(shortcut && { keys: keysOf(shortcut) })
  }
}
