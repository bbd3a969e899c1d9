import type { Message } from '../codec/message'
import type { Clock } from './clock'
import { levelEnd, levelsMatch, TopicTree, type TopicNode } from './topic-tree'

type RetainedNode = TopicNode<Message>

/** The retained messages: the newest of each topic (MQTT 5.0, 3.3.1.3). */
export class Retained {
  private readonly tree = new TopicTree<Message>()
  /** Cancel the ends of those that expire, by topic. */
  private readonly expiries = new Map<string, () => void>()
  count = 0
  bytes = 0
  /** As many of these are the broker's own, under `$SYS`. */
  ownCount = 0
  ownBytes = 0

  constructor(
    private readonly clock: Clock,
    private readonly onExpired: (topic: string) => void
  ) {}

  /** Keeps a message in place of its topic's former one; an empty payload removes that [MQTT-3.3.1-5], [MQTT-3.3.1-6]. */
  set(message: Message): void {
    const { topic } = message
    if (message.payloadLength === 0) return this.remove(topic)
    message.detach()
    const node = this.tree.at(topic)
    if (node.value) this.add(topic, node.value, -1)
    this.add(topic, message, 1)
    node.value = message
    this.stopExpiry(topic)
    const left = message.secondsLeft(this.clock.now())
    if (left === null) return
    const expire = (): void => {
      this.remove(topic)
      this.onExpired(topic)
    }
    this.expiries.set(topic, this.clock.after(left * 1_000, expire))
  }

  remove(topic: string): void {
    this.stopExpiry(topic)
    const node = this.tree.find(topic)
    if (!node?.value) return
    this.add(topic, node.value, -1)
    this.tree.clear(node)
  }

  private add(topic: string, { size }: Message, sign: 1 | -1): void {
    this.count += sign
    this.bytes += sign * size
    if (!topic.startsWith('$SYS/')) return
    this.ownCount += sign
    this.ownBytes += sign * size
  }

  /** Waits for nothing any more: the broker stops. */
  close(): void {
    for (const topic of this.expiries.keys()) this.stopExpiry(topic)
  }

  private stopExpiry(topic: string): void {
    this.expiries.get(topic)?.()
    this.expiries.delete(topic)
  }

  /** The retained messages that match a filter, found one by one, so that a million need not be sent at once. The tree may change meanwhile. */
  *matching(filter: string): Generator<Message> {
    // Iterators rather than nodes, because a level may have a million of these.
    const stack: Level[] = [{ nodes: only(this.tree.root), start: 0 }]
    for (let level = stack.at(-1); level; level = stack.at(-1)) {
      const { nodes, start } = level
      const next = nodes.next()
      if (next.done) {
        stack.pop()
        continue
      }
      const node = next.value
      const { tail } = node
      if (tail !== null || start > filter.length) {
        const matches = tail === null || (start <= filter.length && levelsMatch(filter.slice(start), tail))
        if (node.value && matches) yield node.value
        continue
      }
      const end = levelEnd(filter, start)
      const name = filter.slice(start, end)
      if (name === '#') yield* below(node)
      else if (name === '+') stack.push({ nodes: shownBelow(node), start: end + 1 })
      else {
        const child = node.child(name)
        if (child) stack.push({ nodes: only(child), start: end + 1 })
      }
    }
  }

  get(topic: string): Message | undefined {
    return this.tree.find(topic)?.value ?? undefined
  }

  /** All of them, which may change while they are read. */
  *all(): Generator<Message> {
    yield* messagesOf(this.tree.root)
  }
}

/** Nodes to look at, with where the filter's level below theirs begins. */
interface Level {
  nodes: Iterator<RetainedNode>
  start: number
}

function only(node: RetainedNode): Iterator<RetainedNode> {
  return [node].values()
}

/** A node's children. A wildcard at the beginning does not match topics that begin with $ [MQTT-4.7.2-1]. */
function shownBelow(node: RetainedNode): Iterator<RetainedNode> {
  return node.parent ? node.each()[Symbol.iterator]() : withoutHidden(node)
}

function* withoutHidden(root: RetainedNode): Generator<RetainedNode> {
  for (const first of root.each()) if (!first.level.startsWith('$')) yield first
}

/** A node's message and those below it. */
function* below(top: RetainedNode): Generator<Message> {
  if (top.parent) yield* messagesOf(top)
  else for (const first of withoutHidden(top)) yield* messagesOf(first)
}

function* messagesOf(top: RetainedNode): Generator<Message> {
  for (const { value } of top.all()) if (value) yield value
}
