import { BoardStore } from './boards'
import { MarkStore } from './marks'
import { TopicChartStore } from './topic-charts'
import { WatchRuleStore } from './watch-rules'

/** What is stored beside the profiles, under their ids, and beside open recordings. */
export class ProfileFiles {
  readonly marks: MarkStore
  readonly boards: BoardStore
  readonly topicCharts: TopicChartStore
  readonly watchRules: WatchRuleStore

  constructor(directory: string) {
    this.marks = new MarkStore(directory)
    this.boards = new BoardStore(directory)
    this.topicCharts = new TopicChartStore(directory)
    this.watchRules = new WatchRuleStore(directory)
  }

  async load(): Promise<void> {
    for (const file of this.all()) await file.load()
  }

  /** Removes what is stored for a profile or recording. Throws FILE_UNWRITABLE. */
  async remove(id: string): Promise<void> {
    for (const file of this.all()) await file.remove(id)
  }

  /** Resolves when all changes are in the files. */
  async written(): Promise<void> {
    await Promise.all(this.all().map((file) => file.written()))
  }

  private all(): (MarkStore | BoardStore | TopicChartStore | WatchRuleStore)[] {
    return [this.marks, this.boards, this.topicCharts, this.watchRules]
  }
}
