import { sparkplugTopic, type SparkplugTopic } from '../decode/sparkplug-topic'
import type { BirthNames } from '../decode/sparkplug-value'
import { EdgeNode, type Device, type Way } from './edge-node'
import { HostApplications } from './hosts'
import { MemoryBudget, textBytes } from './memory-budget'
import { MAX_NAME, type Carrier } from './metrics'

/** Nodes and devices followed at most; the rest are counted. */
const MAX_NODES = 10_000
const MAX_DEVICES = 50_000
/** For nodes, devices, metrics and aliases: about 250,000 metrics with names of usual length. */
const MAX_BYTES = 128 * 1_048_576
/** Estimated size of a node or device without its name and metrics. */
const MEMBER_BYTES = 1_000

/** A message with its payload. */
export interface SparkplugMessage extends Carrier {
  payload: Uint8Array
}

/** All Sparkplug B edge nodes, devices and host applications found in messages. Memory is bounded, whatever is published. */
export class SparkplugSession {
  /** By group, then by node. */
  readonly groups = new Map<string, Map<string, EdgeNode>>()
  readonly hosts = new HostApplications()
  /** Nodes and devices left out for lack of room. */
  leftOut = 0
  private nodes = 0
  private devices = 0

  constructor(private readonly budget = new MemoryBudget(MAX_BYTES)) {}

  /** Number of nodes and devices; it never decreases. */
  get members(): number {
    return this.nodes + this.devices
  }

  /** Processes a message of any topic; topics outside Sparkplug are ignored. */
  take(message: SparkplugMessage, way: Way): void {
    const found = sparkplugTopic(message.topic)
    if (!found) return
    if (found.type === 'STATE') this.hosts.take(found.host, message)
    else this.takeNode(found, message, way)
  }

  /** An edge node by its names, or null. */
  node(group: string, name: string): EdgeNode | null {
    return this.groups.get(group)?.get(name) ?? null
  }

  /** Birth names for the metrics in a topic's data; null without a birth. */
  namesFor(topic: string): BirthNames | null {
    const found = sparkplugTopic(topic)
    if (!found || found.type === 'STATE') return null
    const node = this.node(found.group, found.node)
    return (found.device === null ? node : node?.devices.get(found.device))?.table ?? null
  }

  /** Messages may be missed from now on. */
  leave(): void {
    for (const nodes of this.groups.values()) for (const node of nodes.values()) node.leave()
  }

  private takeNode(
    { type, group, node: name, device }: Exclude<SparkplugTopic, { type: 'STATE' }>,
    { payload, ...carrier }: SparkplugMessage,
    way: Way
  ): void {
    // A command says nothing about who is online.
    if (type === 'NCMD' || type === 'DCMD') return
    const node = this.node(group, name) ?? this.addNode(group, name)
    node?.take(type, () => this.deviceOf(node, device ?? ''), payload, carrier, way)
  }

  private addNode(group: string, name: string): EdgeNode | null {
    if (this.nodes === MAX_NODES || !this.hasRoomFor(group, name)) {
      this.leftOut++
      return null
    }
    this.nodes++
    const node = new EdgeNode(group, name, this.budget)
    const nodes = this.groups.get(group)
    if (nodes) nodes.set(name, node)
    else this.groups.set(group, new Map([[name, node]]))
    return node
  }

  private deviceOf(node: EdgeNode, name: string): Device | null {
    const known = node.device(name)
    if (known) return known
    if (this.devices === MAX_DEVICES || !this.hasRoomFor(name)) {
      this.leftOut++
      return null
    }
    this.devices++
    return node.newDevice(name)
  }

  /** Nodes and devices are kept forever, and so is the memory they take. */
  private hasRoomFor(...names: string[]): boolean {
    if (names.some((name) => name.length > MAX_NAME)) return false
    return this.budget.take(names.reduce((bytes, name) => bytes + textBytes(name), MEMBER_BYTES))
  }
}
