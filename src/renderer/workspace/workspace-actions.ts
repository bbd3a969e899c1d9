import {
  BellRing,
  ChartSpline,
  Copy,
  Download,
  FileDiff,
  FileText,
  Filter,
  FileClock,
  History,
  ListChecks,
  Pause,
  Play,
  RotateCcw,
  Search,
  Send
} from '@lucide/svelte'
import { m } from '../paraglide/messages'
import type { WorkspaceTab } from './workspace.svelte'
import type { Action } from '../state/actions.svelte'

/** Actions available wherever a history is read: a connection's or a recording's. */
export interface ReadingDoings {
  /** Label of the action that leaves the past. */
  end: () => string
  /** Whether a past moment or message is shown instead of the newest. */
  past: () => boolean
  live: () => void
  show: (tab: WorkspaceTab) => void
  filter: () => void
  search: () => void
  exportMessages: () => void
  replay: () => void
}

/** Additional actions in a connection's workspace. */
export interface ConnectionDoings {
  publishing: () => boolean
  publish: (shown: boolean) => void
  /** Whether a message was published. */
  published: () => boolean
  resend: () => void
  /** The topic whose subtree can be copied now; null: none. */
  subtree: () => string | null
  copySubtree: (topic: string) => void
  /** The selected topic; null: none. */
  topic: () => string | null
  /** Begins a rule that watches a topic. */
  watch: (topic: string) => void
  /** Whether a message is shown. */
  hasMessage: () => boolean
  /** Makes a check that expects the shown message again. */
  expect: () => void
  /** Whether something other than the live state is shown. */
  past: () => boolean
  pause: () => void
  saveRecording: () => void
}

export function readingActions(doings: ReadingDoings): Action[] {
  return [
    {
      id: 'filter',
      group: 'topic',
      name: m.palette_filter_topics,
      icon: Filter,
      shortcut: 'Mod+Shift+L',
      run: doings.filter
    },
    {
      id: 'live',
      group: 'topic',
      name: doings.end,
      icon: Play,
      shortcut: 'Mod+.',
      when: doings.past,
      run: doings.live
    },
    {
      id: 'value',
      group: 'topic',
      name: m.palette_show_value,
      icon: FileText,
      run: () => doings.show('value')
    },
    {
      id: 'diff',
      group: 'topic',
      name: m.palette_show_diff,
      icon: FileDiff,
      shortcut: 'Mod+Shift+D',
      run: () => doings.show('diff')
    },
    {
      id: 'chart',
      group: 'topic',
      name: m.charts_show,
      icon: ChartSpline,
      shortcut: 'Mod+Shift+G',
      run: () => doings.show('chart')
    },
    {
      id: 'history',
      group: 'topic',
      name: m.palette_show_history,
      icon: History,
      shortcut: 'Mod+Shift+H',
      run: () => doings.show('history')
    },
    {
      id: 'search',
      group: 'topic',
      name: m.palette_search_history,
      icon: Search,
      shortcut: 'Mod+Shift+F',
      run: doings.search
    },
    {
      id: 'export',
      group: 'topic',
      name: m.palette_export,
      icon: Download,
      shortcut: 'Mod+Shift+E',
      run: doings.exportMessages
    },
    {
      id: 'replay',
      group: 'topic',
      name: m.replay_here,
      icon: RotateCcw,
      run: doings.replay
    }
  ]
}

export function connectionActions(doings: ConnectionDoings): Action[] {
  return [
    {
      id: 'pause',
      group: 'topic',
      name: m.palette_pause,
      icon: Pause,
      shortcut: 'Mod+.',
      when: () => !doings.past(),
      run: doings.pause
    },
    {
      id: 'publish',
      group: 'topic',
      name: m.palette_publish,
      icon: Send,
      shortcut: 'Mod+Shift+P',
      run: () => doings.publish(true)
    },
    {
      id: 'hide-publish',
      group: 'topic',
      name: m.palette_hide_publish,
      when: doings.publishing,
      run: () => doings.publish(false)
    },
    {
      id: 'resend',
      group: 'topic',
      name: m.publish_published_command,
      icon: Send,
      when: doings.published,
      run: doings.resend
    },
    {
      id: 'copy-subtree',
      group: 'topic',
      name: m.subtree_copy,
      icon: Copy,
      when: () => doings.subtree() !== null,
      run: () => doings.copySubtree(doings.subtree()!)
    },
    {
      id: 'watch-topic',
      group: 'topic',
      name: m.watch_topic,
      icon: BellRing,
      when: () => doings.topic() !== null,
      run: () => doings.watch(doings.topic()!)
    },
    {
      id: 'expect-message',
      group: 'topic',
      name: m.checks_make,
      icon: ListChecks,
      when: doings.hasMessage,
      run: doings.expect
    },
    {
      id: 'save-recording',
      group: 'connection',
      name: m.recording_save,
      icon: FileClock,
      shortcut: 'Mod+Shift+S',
      run: doings.saveRecording
    }
  ]
}
