import type {
  MetricRow,
  MetricsWanted,
  SparkplugDetail,
  SparkplugList,
  SparkplugRow,
  SparkplugWanted
} from '../../shared/contract/devices'
import { sparkplugKey } from '../../shared/contract/devices'
import { compareNames } from '../../shared/natural-order'
import { topicOf } from '../decode/sparkplug-topic'
import type { Device, EdgeNode } from './edge-node'
import { typeName, type Metric } from './metrics'
import type { SparkplugSession } from './sparkplug-session'

interface SortedNode {
  node: EdgeNode
  devices: Device[]
}

/** A session as a page shows it: the requested rows, and counts of all. */
export class SparkplugListing {
  /** Groups, nodes and devices by name; rebuilt when members are added. */
  private sorted: { group: string; nodes: SortedNode[] }[] = []
  private sortedFor = -1

  constructor(private readonly session: SparkplugSession) {}

  list({ filter, closed, first, count }: SparkplugWanted, loading: number | null): SparkplugList {
    const shut = new Set(closed)
    const sought = filter.trim().toLowerCase()
    const counts = { online: 0, stale: 0, offline: 0 }
    const rows: SparkplugRow[] = []
    let total = 0
    const add = (row: () => SparkplugRow): void => {
      if (total >= first && total < first + count) rows.push(row())
      total++
    }
    const isOpen = (key: string): boolean => sought !== '' || !shut.has(key)
    let nodes = 0
    for (const { group, nodes: inGroup } of this.groups()) {
      for (const { node } of inGroup) counts[node.state]++
      nodes += inGroup.length
      const found = inGroup.flatMap((sorted) => {
        const fits = `${group}/${sorted.node.name}`.toLowerCase().includes(sought)
        const devices = fits
          ? sorted.devices
          : sorted.devices.filter(({ name }) => name.toLowerCase().includes(sought))
        return fits || devices.length > 0 ? [{ node: sorted.node, devices }] : []
      })
      if (found.length === 0) continue
      const open = isOpen(group)
      add(() => ({
        kind: 'group',
        group,
        nodes: inGroup.length,
        online: inGroup.filter(({ node }) => node.state === 'online').length,
        open
      }))
      if (open) for (const { node, devices } of found) this.addNode(node, devices, isOpen, add)
    }
    this.addHosts(sought, isOpen, add)
    return { loading, nodes, ...counts, leftOut: this.session.leftOut, total, first, rows }
  }

  detail({ id, filter, first, count }: MetricsWanted): SparkplugDetail | null {
    const node = this.session.node(id.group, id.node)
    const shown = id.device === null ? node : node?.device(id.device)
    if (!node || !shown) return null
    const sought = filter.trim().toLowerCase()
    const rows: MetricRow[] = []
    let total = 0
    for (const metric of shown.table.metrics.values()) {
      if (sought !== '' && !metric.name.toLowerCase().includes(sought)) continue
      if (total >= first && total < first + count) rows.push(rowOf(metric, node, id.device))
      total++
    }
    const { unknown, births, deaths, bornAt, diedAt, lastSeen } = shown
    const { bdSeq, seq, gaps, ignoredDeaths, malformed } = node
    const standing =
      shown === node ? { state: node.state, reason: node.staleReason } : node.stateOf(shown as Device)
    return {
      id,
      ...standing,
      unknown,
      bornAt,
      diedAt,
      lastSeen,
      births,
      deaths,
      node: {
        bdSeq,
        seq,
        births: node.births,
        gaps,
        lastGaps: node.lastGaps.toReversed(),
        ignoredDeaths,
        malformed
      },
      metrics: shown.table.metrics.size,
      leftOut: shown.table.leftOut,
      total,
      first,
      rows
    }
  }

  private addNode(
    node: EdgeNode,
    devices: Device[],
    isOpen: (key: string) => boolean,
    add: (row: () => SparkplugRow) => void
  ): void {
    const { group, name } = node
    const open = isOpen(`${group}/${name}`)
    add(() => ({
      kind: 'node',
      group,
      node: name,
      state: node.state,
      reason: node.staleReason,
      gaps: node.gaps,
      devices: node.devices.size,
      open,
      lastSeen: node.lastSeen
    }))
    if (!open) return
    for (const device of devices)
      add(() => ({
        kind: 'device',
        group,
        node: name,
        device: device.name,
        ...node.stateOf(device),
        lastSeen: device.lastSeen
      }))
  }

  private addHosts(
    sought: string,
    isOpen: (key: string) => boolean,
    add: (row: () => SparkplugRow) => void
  ): void {
    const all = [...this.session.hosts.all.values()]
    const hosts = all.filter(({ name }) => name.toLowerCase().includes(sought))
    if (hosts.length === 0) return
    const online = all.filter((host) => host.online).length
    const head = { kind: 'hosts' as const, hosts: all.length, online, open: true }
    const open = isOpen(sparkplugKey(head))
    add(() => ({ ...head, open }))
    if (!open) return
    for (const { name, online: isOnline, timestamp, receivedAt, topic, messageId } of hosts.sort((a, b) =>
      compareNames(a.name, b.name)
    ))
      add(() => ({
        kind: 'host',
        host: name,
        online: isOnline,
        timestamp,
        lastSeen: receivedAt,
        topic,
        messageId
      }))
  }

  private groups(): SparkplugListing['sorted'] {
    const { session } = this
    if (this.sortedFor === session.members) return this.sorted
    this.sortedFor = session.members
    this.sorted = [...session.groups]
      .sort(([a], [b]) => compareNames(a, b))
      .map(([group, nodes]) => ({
        group,
        nodes: byName(nodes.values()).map((node) => ({ node, devices: byName(node.devices.values()) }))
      }))
    return this.sorted
  }
}

function byName<T extends { name: string }>(all: Iterable<T>): T[] {
  return [...all].sort((a, b) => compareNames(a.name, b.name))
}

function rowOf(metric: Metric, { group, name }: EdgeNode, device: string | null): MetricRow {
  const { alias, value, timestamp, receivedAt, messageId, isTransient, quality, historical, messages } =
    metric
  const type = metric.messageId === metric.bornWith ? 'BIRTH' : 'DATA'
  return {
    name: metric.name,
    alias: alias === null ? null : String(alias),
    type: typeName(metric),
    value,
    timestamp,
    receivedAt,
    topic: topicOf(device === null ? `N${type}` : `D${type}`, group, name, device),
    messageId,
    isTransient,
    quality,
    historical,
    messages
  }
}
