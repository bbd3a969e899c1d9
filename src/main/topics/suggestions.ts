import type { TopicEntry } from '../history/topics'
import { suggest } from './suggest'

/** Suggests topics for what a person types; a text that was asked for earlier is given up. */
export class Suggestions {
  private turn = 0

  async suggest(
    entries: Iterable<Pick<TopicEntry, 'name' | 'lastId'>>,
    { text, limit }: { text: string; limit: number }
  ): Promise<{ topics: string[] }> {
    const turn = ++this.turn
    return { topics: (await suggest(entries, text, limit, () => turn !== this.turn)) ?? [] }
  }
}
