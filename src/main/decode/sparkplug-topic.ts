const TYPES = ['NBIRTH', 'NDEATH', 'NDATA', 'NCMD', 'DBIRTH', 'DDEATH', 'DDATA', 'DCMD'] as const
/** What a message is for (Sparkplug 3.0, 4.1). */
export type SparkplugType = (typeof TYPES)[number]

/** A topic of the Sparkplug B namespace. */
export type SparkplugTopic =
  | { type: SparkplugType; group: string; node: string; device: string | null }
  | { type: 'STATE'; host: string }

/**
 * What a topic is in Sparkplug, or null: `spBv1.0/group/type/node[/device]` (topics-*), and `spBv1.0/STATE/host` (host-topic-phid) or,
 * before 3.0, `STATE/host`.
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

/** Whether a topic is in Sparkplug's namespaces: asked with every message. */
export function mayBeSparkplug(topic: string): boolean {
  const first = topic.charCodeAt(0)
  return (
    (first === 0x73 /* s */ && topic.startsWith('spBv1.0/')) ||
    (first === 0x53 /* S */ && topic.startsWith('STATE/'))
  )
}

/** The topic of a node or device's messages of a type. */
export function topicOf(type: SparkplugType, group: string, node: string, device: string | null): string {
  return ['spBv1.0', group, type, node, ...(device === null ? [] : [device])].join('/')
}

function isType(type: string | undefined): type is SparkplugType {
  return (TYPES as readonly (string | undefined)[]).includes(type)
}
