const TYPES = ['NBIRTH', 'NDEATH', 'NDATA', 'NCMD', 'DBIRTH', 'DDEATH', 'DDATA', 'DCMD'] as const
/** The purpose of a message (Sparkplug 3.0, 4.1). */
export type SparkplugType = (typeof TYPES)[number]

/** A topic of the Sparkplug B namespace. */
export type SparkplugTopic =
  | { type: SparkplugType; group: string; node: string; device: string | null }
  | { type: 'STATE'; host: string }

/**
 * Parses a topic of Sparkplug's namespaces, or returns null: `spBv1.0/group/type/node[/device]` (topics-*), and `spBv1.0/STATE/host`
 * (host-topic-phid) or, before 3.0, `STATE/host`.
 */
export function sparkplugTopic(topic: string): SparkplugTopic | null {
  if (!mayBeSparkplug(topic)) return null
  const [namespace, group, type, node, device, ...more] = topic.split('/')
  if (namespace === 'STATE') return group && type === undefined ? { type: 'STATE', host: group } : null
  if (group === 'STATE') return type && node === undefined ? { type: 'STATE', host: type } : null
  if (!group || !node || device === '' || more.length > 0 || !isType(type)) return null
  return (device === undefined) === type.startsWith('N')
    ? { type, group, node, device: device ?? null }
    : null
}

/** Whether a topic may be in Sparkplug's namespaces. Cheap, because it runs for every message. */
export function mayBeSparkplug(topic: string): boolean {
  const first = topic.charCodeAt(0)
  return (
    (first === 0x73 /* s */ && topic.startsWith('spBv1.0/')) ||
    (first === 0x53 /* S */ && topic.startsWith('STATE/'))
  )
}

/** Builds the topic for a type of message from a node or device. */
export function topicOf(type: SparkplugType, group: string, node: string, device: string | null): string {
  return ['spBv1.0', group, type, node, ...(device === null ? [] : [device])].join('/')
}

function isType(type: string | undefined): type is SparkplugType {
  return (TYPES as readonly (string | undefined)[]).includes(type)
}
