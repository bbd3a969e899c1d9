import type { TopicNode } from './node'

/** Topics of one text. */
const CHUNK = 4_096

/**
 * The names of a tree's topics in lower case, end to end in large texts, and which branch each is in, by number: what a filter
 * looks through. It is made for the first filter, and takes in topics as they come.
 */
export class TopicNames {
  /** Topics taken in; they are numbered from 0. */
  count = 0
  /** By number. */
  readonly nodes: TopicNode[] = []
  /** A topic's innermost branch, and a branch's own one, by number; -1: none. */
  private branchOfTopic = new Int32Array(CHUNK)
  private branchOfBranch = new Int32Array(CHUNK)
  private readonly branchNumbers = new Map<TopicNode, number>()
  /** Numbers of topics, and 1, by id, and where each starts in its text. */
  private numbers = new Int32Array(CHUNK)
  private starts = new Uint32Array(CHUNK)
  private readonly texts: string[] = []
  private open: string[] = []
  private length = 0
  private joined = ''

  /** Takes in a topic, once. */
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

  /** The number of a topic; -1 when it was not taken in. */
  numberOf(topicId: number): number {
    return (this.numbers[topicId] ?? 0) - 1
  }

  branchOf(topic: number): number {
    return this.branchOfTopic[topic]!
  }

  outerBranchOf(branch: number): number {
    return this.branchOfBranch[branch]!
  }

  /** The number of a branch; -1 for none, and for a node below which no topic has been taken in. */
  branchNumberOf(node: TopicNode): number {
    return this.branchNumbers.get(node) ?? -1
  }

  get branches(): number {
    return this.branchNumbers.size
  }

  get chunks(): number {
    return this.texts.length + 1
  }

  /** Calls back with each topic of a chunk, from one on, whose name has a text; gives the number that comes after the last one looked at. */
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

  /** The number of a branch, and of those above it, which get one when they are met first. */
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

/** Room for a place in an array, twice as much as before where there was none. */
export function grown<T extends Int32Array | Uint32Array | Uint8Array>(array: T, place: number): T {
  if (place < array.length) return array
  const larger = new (array.constructor as new (length: number) => T)(Math.max(place + 1, array.length * 2))
  larger.set(array)
  return larger
}

/** Names with line ends between them, which no filter has, as one piece of memory. */
function flat(names: string[]): string {
  return names.join('\n')
}
