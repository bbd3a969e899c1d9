import type { TopicEntry } from '../history/topics'
import { suggest } from './suggest'

/** Suggests topics for what a person types. A page's newest text ends the search for its earlier one, and for nobody else's. */
export class Suggestions {
  /** How many texts each page has asked for. */
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
