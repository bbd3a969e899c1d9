import type { MarksState } from './marks.svelte'
import type { TopicsState } from './topics.svelte'
import { m } from '../../paraglide/messages'
import type { MenuItem } from '../../ui'

/** Actions on a topic. Those that are absent are not available: a recording is read-only. */
export interface TopicDoings {
  copyPayload: () => void
  history: (topic: string) => void
  chart: (topic: string) => void
  /** Exports the messages that match a topic filter. */
  exportMessages: (filter: string) => void
  /** Replays the messages that match a topic filter. */
  replay: (filter: string) => void
  publish?: (topic: string) => void
  /** Begins a rule that watches the topics of a filter. */
  watch?: (filter: string) => void
  /** Makes a check that expects the topic's message again. */
  expect?: (topic: string) => void
  /** Looks up what the broker retains under a filter; null while that is not possible. */
  check?: ((filter: string) => void) | null
  /** Copies the retained messages of a topic and below it (empty: of all); null while that is not possible. */
  copySubtree?: ((topic: string) => void) | null
  /** Pastes the copied ones below a topic (null: under their own topics); null while there are none. */
  pasteSubtree?: ((under: string | null) => void) | null
  /** Clears what the broker retains under a filter, after a confirmation; null while that is not possible. */
  clearRetained?: ((filter: string) => void) | null
  /** Removes recorded messages after a confirmation. */
  clear?: (topic: string, subtree: boolean) => void
}

/** The menu of a topic or branch in the tree. */
export function topicItems(
  row: { path: string; branch: boolean; expanded: boolean; last: unknown },
  {
    topics,
    marks,
    doings,
    copy
  }: {
    topics: TopicsState
    marks: MarksState
    doings: TopicDoings
    copy: (topic: string) => void
  }
): MenuItem[] {
  const { path, branch, expanded } = row
  const filter = branch ? `${path}/#` : path
  const { publish, watch, expect, check, copySubtree, pasteSubtree, clearRetained, clear } = doings
  return [
    { label: m.topics_copy(), onselect: () => copy(path) },
    { label: m.topics_copy_payload(), disabled: row.last === null, onselect: doings.copyPayload },
    {
      label: m.topics_filter_here(),
      separated: true,
      onselect: () => topics.setFilter({ text: filter, mode: 'wildcard', scope: 'names' })
    },
    ...(publish ? [{ label: m.topics_publish_here(), onselect: () => publish(path) }] : []),
    { label: m.topics_show_history(), onselect: () => doings.history(path) },
    { label: m.topics_chart(), disabled: row.last === null, onselect: () => doings.chart(path) },
    { label: m.topics_export_here(), onselect: () => doings.exportMessages(filter) },
    { label: m.replay_below(), onselect: () => doings.replay(filter) },
    ...(watch ? [{ label: branch ? m.watch_below() : m.watch_topic(), onselect: () => watch(filter) }] : []),
    ...(expect
      ? [{ label: m.checks_make(), disabled: row.last === null, onselect: () => expect(path) }]
      : []),
    ...(check === undefined
      ? []
      : [{ label: m.retained_check(), disabled: check === null, onselect: () => check?.(filter) }]),
    ...subtreeItems(path, copySubtree, pasteSubtree),
    {
      label: marks.isPinned(path) ? m.topics_unpin_this() : m.topics_pin(),
      separated: true,
      onselect: () => marks.togglePin(path)
    },
    { label: m.topics_hide_branch({ filter }), onselect: () => marks.hide(filter) },
    {
      label: m.topics_expand_below(),
      separated: true,
      disabled: !branch,
      onselect: () => topics.openBelow(path)
    },
    { label: m.topics_collapse(), disabled: !branch || !expanded, onselect: () => topics.collapse(path) },
    ...(clearRetained === undefined
      ? []
      : [
          {
            label: m.topics_clear_retained(),
            separated: true,
            danger: true,
            disabled: clearRetained === null,
            onselect: () => clearRetained?.(filter)
          }
        ]),
    ...(clear
      ? [
          {
            label: m.topics_clear(),
            separated: clearRetained === undefined,
            danger: true,
            onselect: () => clear(path, branch)
          }
        ]
      : [])
  ]
}

interface SubtreeItem {
  label: string
  separated?: boolean
  disabled: boolean
  onselect: () => void
}

/** Entries that copy and paste the retained messages of a topic and below it; null: of all topics. */
export function subtreeItems(
  topic: string | null,
  copy: TopicDoings['copySubtree'],
  paste: TopicDoings['pasteSubtree']
): SubtreeItem[] {
  const items: SubtreeItem[] = []
  if (copy !== undefined)
    items.push({
      label: topic === null ? m.subtree_copy_all() : m.subtree_copy(),
      separated: true,
      disabled: copy === null,
      onselect: () => copy?.(topic ?? '')
    })
  if (paste !== undefined)
    items.push({ label: m.subtree_paste(), disabled: paste === null, onselect: () => paste?.(topic) })
  return items
}
