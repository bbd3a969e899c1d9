import type { TopicAudience } from '../../../../shared/contract/workbench'
import type { Api } from '../../../../shared/rpc/contract'
import { topicFault } from '../../../../shared/topic'
import { askedTopic } from '../asked-topic.svelte'
import { PagedList, type ListPage } from '../paged-list.svelte'

export type AudienceClient = TopicAudience['clients'][number]
export type AudienceShare = TopicAudience['shares'][number]

interface Answer extends ListPage<AudienceClient> {
  /** The topic that was asked about. */
  topic: string
  shares: readonly AudienceShare[]
}

/** Who gets the messages of the topic that is asked about. */
export class AudienceState {
  readonly list: PagedList<AudienceClient, Answer>
  /** Fault of the topic; null: it is a topic name, or empty. */
  readonly fault = $derived(askedTopic.topic === '' ? null : topicFault(askedTopic.topic))

  constructor(api: Api) {
    this.list = new PagedList(
      async (offset, limit) => {
        const { topic } = askedTopic
        if (!this.#isAsked) return { topic, total: 0, rows: [], shares: [] }
        const { total, clients, shares } = await api.call('subscriptions.match', { topic, offset, limit })
        return { topic, total, rows: clients, shares }
      },
      ({ clientId }) => clientId
    )
  }

  /** The newest answer, which may be to a topic that was typed before; null: nothing is asked. */
  get answer(): Answer | null {
    return this.#isAsked ? this.list.page : null
  }

  get #isAsked(): boolean {
    return askedTopic.topic !== '' && this.fault === null
  }

  setTopic(topic: string): void {
    askedTopic.topic = topic
    this.list.restart()
  }
}
