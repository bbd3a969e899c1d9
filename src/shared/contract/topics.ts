import { z } from 'zod'
import { Qos } from '../message'
import { filterFault } from '../topic'
import { Decoder } from './decode'
import { call } from './define'
import { HistoryRef, OfHistory } from './histories'
import { MessageView } from './messages'

/** One visible row of the tree. */
export const TopicRow = z.object({
  /** The node's full path, its levels joined by `/`; the row's identity. */
  path: z.string(),
  /** The last level, which may be empty. */
  name: z.string(),
  /** 0 for a top level. */
  depth: z.number().int(),
  /** Has topics below it. */
  branch: z.boolean(),
  expanded: z.boolean(),
  /** 1-based position among its siblings in the view, and their number (aria-posinset, aria-setsize). */
  position: z.number().int(),
  siblings: z.number().int(),
  /** Topics with messages at and below this node. */
  topics: z.number().int(),
  /** Messages at and below this node. */
  messages: z.number().int(),
  /** Messages a second at and below this node, smoothed over a few seconds. */
  rate: z.number(),
  /** The node's own last message; null for a branch without one. */
  last: z
    .object({
      id: z.number().int(),
      /** Microseconds since 1970 UTC. */
      receivedAt: z.number().int(),
      qos: Qos,
      /** Payload length in bytes. */
      size: z.number().int(),
      /** Start of the payload as one line of text, or as hex when it is not text. */
      preview: z.string(),
      /** The preview is hex. */
      binary: z.boolean(),
      /** The preview is truncated. */
      cut: z.boolean()
    })
    .nullable(),
  /** When the broker was last known to retain a message here, in whole seconds since 1970 UTC (1: long ago); null: none known. */
  retainedAt: z.number().int().nullable()
})
export type TopicRow = z.infer<typeof TopicRow>

export const TopicSort = z.object({
  by: z.enum(['name', 'topics', 'messages', 'rate', 'changed']),
  descending: z.boolean()
})
export type TopicSort = z.infer<typeof TopicSort>

/** A filter of the tree. An empty text matches everything. */
export const TopicFilterSpec = z.object({
  text: z.string(),
  /** A substring, an MQTT topic filter, or a regular expression (JavaScript's, with the flag `u`). */
  mode: z.enum(['text', 'wildcard', 'regex']),
  matchCase: z.boolean(),
  /** Topic names, last values (the first 64 KB of each, as UTF-8), or either. */
  scope: z.enum(['names', 'values', 'both'])
})
export type TopicFilterSpec = z.infer<typeof TopicFilterSpec>

/** The fault of an invalid filter: `REGEX_MALFORMED`, or `FILTER_` and the fault of an MQTT filter; null if it is valid. */
export function topicFilterFault({ text, mode }: TopicFilterSpec): string | null {
  if (text === '' || mode === 'text') return null
  if (mode === 'wildcard') {
    const fault = filterFault(text)
    return fault && `FILTER_${fault}`
  }
  try {
    new RegExp(text, 'u')
    return null
  } catch {
    return 'REGEX_MALFORMED'
  }
}

/**
 * The filter that a typed one stands for. A topic name contains no `+` or `#` [MQTT-4.7.1-1], so that a text with one of them can only be
 * a topic filter where names are searched: it is applied as one if it is valid.
 */
export function appliedFilter(filter: TopicFilterSpec): TopicFilterSpec {
  const { text, mode, scope } = filter
  const meant = mode === 'text' && scope === 'names' && /[+#]/.test(text) && filterFault(text) === null
  return meant ? { ...filter, mode: 'wildcard' } : filter
}

export const noFilter: TopicFilterSpec = { text: '', mode: 'text', matchCase: false, scope: 'names' }

/** Rows `first` to `first + count - 1` of the visible rows. */
export const RowWindow = z.object({
  first: z.number().int().min(0),
  count: z.number().int().min(0).max(500),
  /** Increases with every window that the renderer requests; frames echo it. */
  sequence: z.number().int()
})
export type RowWindow = z.infer<typeof RowWindow>

/** The options of a view. `topics.update` can change each of them. */
const ViewOptions = z.object({
  sort: TopicSort,
  filter: TopicFilterSpec.superRefine((filter, context) => {
    const fault = topicFilterFault(filter)
    if (fault) context.addIssue({ code: 'custom', message: fault })
  }),
  /** Filters of the topics to hide. */
  hidden: z.array(z.string()),
  /** Show topics as a flat list, without the branches above them. */
  flat: z.boolean(),
  /** Topics that are always reported, visible or not. */
  pinned: z.array(z.string()).max(200),
  window: RowWindow,
  /** Path of the selected node, which is always reported, visible or not. */
  selected: z.string().nullable()
})

/** Sent when something in the window changed, at most every 50 ms. */
export const TopicFrame = z.object({
  viewId: z.string(),
  /** The sequence of the window that this frame answers. */
  sequence: z.number().int(),
  /** Total number of visible rows. */
  total: z.number().int(),
  /**
   * Index of the first row of the window. It differs from the requested one if rows appeared or disappeared above it. The renderer
   * moves its scroll position by the difference, so that nothing jumps.
   */
  first: z.number().int(),
  /** The whole window, or null if only the rows in `changed` differ. */
  rows: z.array(TopicRow).nullable(),
  /** Changed rows of the window that the renderer has: position in the window, and the row. */
  changed: z.array(z.tuple([z.number().int(), TopicRow])),
  /** The selected node, and its index among the visible rows (-1: not visible). */
  selected: z.object({ row: TopicRow, index: z.number().int() }).nullable(),
  /** The path that was selected then. If `selected` is null, the tree does not contain it. */
  selectedPath: z.string().nullable(),
  /** Total number of topics with messages, and how many match the filter (null without a filter). */
  topics: z.number().int(),
  matches: z.number().int().nullable(),
  /** The filter whose matches are shown; null: everything is shown. While another one is being applied, this is the previous one. */
  filter: TopicFilterSpec.nullable(),
  /** The filter is still being applied to a large tree. */
  filtering: z.boolean(),
  /** The filter was abandoned because its regular expression takes too long. The view keeps its previous rows. */
  tooSlow: z.boolean(),
  /** Number of hidden topics. */
  hidden: z.number().int(),
  /** The pinned topics that have a message, in their order. null: unchanged. */
  pinned: z.array(TopicRow).nullable(),
  /** Past moments only: messages are still being counted. */
  counting: z.boolean()
})
export type TopicFrame = z.infer<typeof TopicFrame>

/** Which branches of a tree are open. */
export const OpenBranches = z.object({
  /** Opened, and closed, individually. */
  opened: z.array(z.string()),
  closed: z.array(z.string()),
  /** Every branch above these is open. */
  above: z.array(z.string()).default([]),
  /** Branches at depths below this one are open; 1: the top level. */
  depth: z.number().int().min(0),
  /** Every branch at and below these is open. */
  below: z.array(z.string())
})
export type OpenBranches = z.infer<typeof OpenBranches>

export const noneOpen: OpenBranches = { opened: [], closed: [], above: [], depth: 0, below: [] }

const ViewId = z.object({ viewId: z.string() })

export const topicCalls = {
  /** Opens a view of a history's tree. `topics.frame` brings its frames, the first at once. Throws INVALID_INPUT for an invalid filter. */
  'topics.watch': call(
    'tree',
    ViewOptions.extend({
      history: HistoryRef,
      expanded: OpenBranches,
      /** The id of the last message that counts. null: all count, and a connection's tree is live. */
      moment: z.number().int().nullable()
    }),
    ViewId
  ),
  'topics.update': call(
    'tree',
    ViewId.extend({
      options: ViewOptions.partial(),
      /** Paths to open and to close. */
      expand: z.array(z.string()).optional(),
      collapse: z.array(z.string()).optional(),
      /** Views of a past moment only: moves the view to another moment. */
      moment: z.number().int().optional(),
      /** Opens the first levels and closes deeper ones (0: closes all). */
      openTo: z.number().int().min(0).optional(),
      /** Opens a branch and all below it. */
      openBelow: z.string().optional()
    }),
    z.void()
  ),
  'topics.unwatch': call('tree', ViewId, z.void()),
  /** Opens every branch above a path. Returns its index among the visible rows, or null if the view does not contain it. */
  'topics.reveal': call(
    'tree',
    ViewId.extend({ path: z.string() }),
    z.object({ index: z.number().int() }).nullable()
  ),
  /** Type-ahead: the next visible row after `from` (wrapping) whose name starts with `text`, ignoring case. */
  'topics.find': call(
    'tree',
    ViewId.extend({ text: z.string(), from: z.number().int() }),
    z.object({ index: z.number().int(), path: z.string() }).nullable()
  ),
  /** The row at an index, for keys that move beyond the window. */
  'topics.at': call(
    'tree',
    ViewId.extend({ index: z.number().int() }),
    z.object({ index: z.number().int(), path: z.string() }).nullable()
  ),
  /** Topics with messages whose names contain every word of a text, best first; empty if a newer request superseded this one. */
  'topics.suggest': call(
    'tree',
    OfHistory.extend({ text: z.string(), limit: z.number().int().min(1).max(100) }),
    z.object({ topics: z.array(z.string()) })
  ),
  /** A topic's last message with its whole payload; null: none. */
  'topics.get': call(
    'main',
    OfHistory.extend({ topic: z.string(), decoder: Decoder }),
    MessageView.nullable()
  )
}

export const topicEvents = {
  'topics.frame': TopicFrame,
  /** The page's views of past moments and of recordings ended, because their thread crashed: open them again. Reopening a live view does no harm. */
  'topics.lost': z.object({
    /** Open them again. Otherwise they have been lost so often that only a person should. */
    again: z.boolean()
  })
}
