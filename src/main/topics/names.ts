import type { TopicNode } from './node'

/** Number of topics per text. */
const CHUNK = 4_096

/**
 * The index that filters search: the lower-case names of a tree's topics, concatenated into large texts, and the number of each topic's
 * branch. It is built for the first filter and extended as topics are added.
 */
export class TopicNames {
  /** Number of indexed topics; they are numbered from 0. */
  count = 0
  /** By topic number. */
  readonly nodes: TopicNode[] = []
  /** The branch that contains a topic, and the one that contains a branch, by number; -1: none. */
  private branchOfTopic = new Int32Array(CHUNK)
  private branchOfBranch = new Int32Array(CHUNK)
  private readonly branchNumbers = new Map<TopicNode, number>()
  /** By id: a topic's number plus 1. By number: where its name starts in its text. */
  private numbers = new Int32Array(CHUNK)
  private starts = new Uint32Array(CHUNK)
  private readonly texts: string[] = []
  private open: string[] = []
  private length = 0
  private joined = ''

  /** Adds a topic. Must be called only once per topic. */
  add(node: TopicNode): void {
    const entry = node.entry!
    const number = this.count++
    const name = entry.name.toLowerCase()
    this.starts = grown(this.starts, number)
    this.branchOfTopic = grown(this.branchOfTopic, number)
    this.numbers = grown(this.numbers, entry.id)
    this.starts[number] = this.length
    this.branchOfTopic[number] = this.branchNumber(node.parent)
    this.numbers[entry.id] = number + 1
    this.nodes.push(node)
    this.open.push(name)
    this.length += name.length + 1
    this.joined = ''
    if (this.open.length < CHUNK) return
    this.texts.push(flat(this.open))
    this.open = []
    this.length = 0
  }

  /** Returns the number of a topic; -1 if it is not indexed. */
  numberOf(topicId: number): number {
    return (this.numbers[topicId] ?? 0) - 1
  }

  branchOf(topic: number): number {
    return this.branchOfTopic[topic]!
  }

  outerBranchOf(branch: number): number {
    return this.branchOfBranch[branch]!
  }

  /** Returns the number of a branch; -1 for a node without indexed topics below it. */
  branchNumberOf(node: TopicNode): number {
    return this.branchNumbers.get(node) ?? -1
  }

  get branches(): number {
    return this.branchNumbers.size
  }

  get chunks(): number {
    return this.texts.length + 1
  }

  /** Calls back with the number of each topic in a chunk whose name contains a text. */
  find(chunk: number, sought: string, found: (topic: number) => void): void {
    const first = chunk * CHUNK
    const last = Math.min(first + CHUNK, this.count) - 1
    const text = this.textOf(chunk)
    const { starts } = this
    let topic = first
    for (let at = text.indexOf(sought); at !== -1;) {
      while (topic < last && starts[topic + 1]! <= at) topic++
      found(topic)
      if (topic === last) return
      at = text.indexOf(sought, starts[topic + 1])
    }
  }

  private textOf(chunk: number): string {
    if (chunk < this.texts.length) return this.texts[chunk]!
    this.joined ||= flat(this.open)
    return this.joined
  }

  /** Returns the number of a branch. Assigns numbers to it and to the branches above it if they have none. */
  private branchNumber(node: TopicNode | null): number {
    const unnumbered: TopicNode[] = []
    let up = node
    while (up?.parent && !this.branchNumbers.has(up)) {
      unnumbered.push(up)
      up = up.parent
    }
    let number = up?.parent ? this.branchNumbers.get(up)! : -1
    for (const branch of unnumbered.reverse()) {
      const outer = number
      number = this.branchNumbers.size
      this.branchNumbers.set(branch, number)
      this.branchOfBranch = grown(this.branchOfBranch, number)
      this.branchOfBranch[number] = outer
    }
    return number
  }
}

/** Returns an array that has an index: the same one, or a copy of at least twice the length. */
export function grown<T extends Int32Array | Uint32Array | Uint8Array>(array: T, place: number): T {
  if (place < array.length) return array
  const larger = new (array.constructor as new (length: number) => T)(Math.max(place + 1, array.length * 2))
  larger.set(array)
  return larger
}

/** Joins names with line ends, which no filter contains, into one string. */
function flat(names: string[]): string {
  return names.join('\n')
}
