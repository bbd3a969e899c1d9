import type { TopicEntry } from '../history/topics'
import { suggest } from './suggest'

/** Suggests topics while the user types. A page's new request ends its earlier one, but not those of other pages. */
export class Suggestions {
  /** Number of requests by page. */
  private readonly turns = new Map<number, number>()

  async suggest(
    entries: Iterable<Pick<TopicEntry, 'name' | 'lastId'>>,
    { text, limit, page }: { text: string; limit: number; page: number }
  ): Promise<{ topics: string[] }> {
    const turn = (this.turns.get(page) ?? 0) + 1
    this.turns.set(page, turn)
    const overtaken = (): boolean => this.turns.get(page) !== turn
    return { topics: (await suggest(entries, text, limit, overtaken)) ?? [] }
  }
}
