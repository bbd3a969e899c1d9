import type { TrafficQuery, TrafficRanking, TrafficRow } from '../../shared/contract/traffic'

/** Traffic on a topic within a period. */
export interface Counted {
  topic: string
  messages: number
  bytes: number
}

/** Ranks topics, or the branches directly below a level, by their traffic. `seconds` is the length of the counted period. */
export function rank(
  counted: Iterable<Counted>,
  { by, group, under, limit }: TrafficQuery,
  seconds: number
): TrafficRanking {
  const sum = { topics: 0, messages: 0, bytes: 0 }
  const best = new Best<TrafficRow>(limit, (row) => row[by])
  const branches = new Map<string, TrafficRow>()
  for (const { topic, messages, bytes } of counted) {
    const within = under === null || topic === under || topic.startsWith(`${under}/`)
    if (!within) continue
    sum.topics++
    sum.messages += messages
    sum.bytes += bytes
    if (group === 'topics') {
      best.offer({ path: topic, topics: 1, messages, bytes, isTopic: true })
      continue
    }
    const path = branchOf(topic, under)
    const row = branches.get(path)
    if (!row) branches.set(path, { path, topics: 1, messages, bytes, isTopic: path === topic })
    else {
      row.topics++
      row.messages += messages
      row.bytes += bytes
      row.isTopic ||= path === topic
    }
  }
  for (const row of branches.values()) best.offer(row)
  return { seconds, ...sum, rows: best.first(), ranked: best.offered }
}

/** Returns the path of the branch directly below `under` that contains a topic; the topic `under` itself forms its own branch. */
function branchOf(topic: string, under: string | null): string {
  const end = topic.indexOf('/', under === null ? 0 : under.length + 1)
  return end === -1 ? topic : topic.slice(0, end)
}

/** Keeps the items with the highest values, highest first; ties stay in the order offered. */
class Best<T> {
  offered = 0
  private kept: T[] = []
  private least = -1

  constructor(
    private readonly limit: number,
    private readonly of: (item: T) => number
  ) {}

  offer(item: T): void {
    this.offered++
    if (this.of(item) <= this.least) return
    this.kept.push(item)
    if (this.kept.length === 2 * this.limit) this.cut()
  }

  first(): T[] {
    this.cut()
    return this.kept
  }

  private cut(): void {
    this.kept = this.kept.sort((a, b) => this.of(b) - this.of(a)).slice(0, this.limit)
    const last = this.kept[this.limit - 1]
    if (last) this.least = this.of(last)
  }
}
