/** What the section Subscriptions shows, and the topic that is asked about. Other sections ask about theirs; it lasts until the page is closed. */
class AskedTopic {
  view = $state<'filters' | 'audience'>('filters')
  topic = $state('')

  ask(topic: string): void {
    this.topic = topic
    this.view = 'audience'
  }
}

export const askedTopic = new AskedTopic()
