import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Settings } from '../../shared/contract/app'
import type { FoundRow, MessageView } from '../../shared/contract/messages'
import type { TopicFrame, TopicRow } from '../../shared/contract/topics'
import { PublishState } from '../features/publish/publish.svelte'
import { apiTo, frameOf, headOf } from '../state/api-fixture'
import { JobsState } from '../state/jobs.svelte'
import type { Place } from './workspace-session'
import { WorkspaceState } from './workspace.svelte'

function row(path: string, lastId: number | null, messages = 1): TopicRow {
  return {
    path,
    name: path,
    depth: 0,
    branch: lastId === null,
    expanded: false,
    position: 1,
    siblings: 1,
    topics: 1,
    messages,
    rate: 0,
    last:
      lastId === null
        ? null
        : { id: lastId, receivedAt: 1, qos: 0, size: 1, preview: '1', binary: false, cut: false },
    retainedAt: null
  }
}

function view(topic: string, id: number): MessageView {
  return {
    head: headOf(id, topic),
    body: { format: 'json', text: '1' },
    unwrapped: [],
    bound: null
  } as unknown as MessageView
}

let close = (): void => undefined
afterEach(() => close())

/** A connection with the topics `a` and `b` (last messages 10 and 20) and the branch `c`. */
async function setup(place?: Place, topicPanel: Settings['topicPanel'] = 'value') {
  const calls: [string, object][] = []
  const last: Record<string, number> = { a: 10, b: 20 }
  const asked =
    <I extends object, O>(name: string, answer: (input: I) => O) =>
    (input: I): O => {
      calls.push([name, input])
      return answer(input)
    }
  const made = apiTo({
    'topics.watch': asked('topics.watch', () => ({ viewId: 'v' })),
    'topics.unwatch': () => undefined,
    'topics.update': () => undefined,
    'topics.reveal': () => ({ index: 0 }),
    'topics.get': asked('topics.get', ({ topic }: { topic: string }) =>
      topic in last ? view(topic, last[topic]!) : null
    ),
    'messages.get': asked('messages.get', ({ id }: { id: number }) => view(id < 15 ? 'a' : 'b', id)),
    'messages.page': asked('messages.page', () => ({ rows: [], more: false })),
    'messages.compare': asked('messages.compare', () => null),
    'marks.get': () => ({ pinned: [], hidden: [] }),
    'moments.span': () => null,
    'moments.step': () => ({ id: 30, at: 300 }),
    'moments.find': ({ at }: { at: number }) => ({ id: at, at }),
    'series.read': () => ({ from: 0, to: 0, now: 0, series: [] }),
    'topicCharts.get': () => []
  })
  const places = new Map<string, Place>(place ? [['id', place]] : [])
  const workspace = new WorkspaceState(
    {
      api: made.api,
      notify: () => undefined,
      jobs: new JobsState(made.api),
      settings: { value: { topicPanel } },
      copyText: () => Promise.resolve(true),
      places,
      draft: (id) => new PublishState(made.api, id)
    },
    { kind: 'connection', id: 'id' }
  )
  vi.stubGlobal('document', { visibilityState: 'visible' })
  const stop = workspace.attach()
  close = () => {
    stop()
    made.close()
    vi.unstubAllGlobals()
  }
  const frame = (changes: Partial<TopicFrame> = {}): void =>
    made.session.emit(
      'topics.frame',
      frameOf('v', {
        total: 3,
        rows: [row('a', last['a']!), row('b', last['b']!), row('c', null)],
        topics: 3,
        ...changes
      })
    )
  await vi.waitFor(() => {
    frame()
    expect(workspace.topics.ready).toBe(true)
  })
  const { emit } = made.session
  const called = (name: string): object[] => calls.filter(([each]) => each === name).map(([, input]) => input)
  return { workspace, frame, emit, called, places, last }
}

const shown = (workspace: WorkspaceState): number | undefined => workspace.message.view?.head.id

describe('a workspace', () => {
  it('shows the live message of the selected topic, and follows newer ones', async () => {
    const { workspace, frame, last } = await setup()
    workspace.select('a')
    await vi.waitFor(() => expect(shown(workspace)).toBe(10))
    last['a'] = 11
    frame({ selected: { row: row('a', 11, 2), index: 0 } })
    await vi.waitFor(() => expect(shown(workspace)).toBe(11))
  })

  it('opens with the panel of the settings, and shows its content', async () => {
    const { workspace, called } = await setup(undefined, 'history')
    expect(workspace.tab).toBe('history')
    workspace.select('a')
    await vi.waitFor(() => expect(called('messages.page').at(-1)).toMatchObject({ scope: { topic: 'a' } }))
  })

  it('keeps a recorded message until another topic is selected or “live” is requested', async () => {
    const { workspace, frame, called, places } = await setup()
    workspace.select('a')
    workspace.openMessage('a', 4)
    await vi.waitFor(() => expect(shown(workspace)).toBe(4))
    const before = called('topics.get').length
    frame({ selected: { row: row('a', 12, 2), index: 0 } })
    await vi.waitFor(() => expect(workspace.node?.last?.id).toBe(12))
    expect(called('topics.get')).toHaveLength(before)
    expect(places.get('id')).toEqual({ topic: 'a', messageId: 4 })
    workspace.live()
    await vi.waitFor(() => expect(shown(workspace)).toBe(10))
    workspace.openMessage('a', 4)
    workspace.select('b')
    await vi.waitFor(() => expect(shown(workspace)).toBe(20))
    expect(places.get('id')).toEqual({ topic: 'b', messageId: null })
  })

  it('returns to the place the user last visited', async () => {
    const { workspace } = await setup({ topic: 'b', messageId: 17 })
    await vi.waitFor(() => expect(shown(workspace)).toBe(17))
    expect(workspace.path).toBe('b')
  })

  it('opens messages beside the history, and keeps the one before until the next is there', async () => {
    const { workspace } = await setup()
    workspace.select('a')
    workspace.showTab('history')
    await vi.waitFor(() => expect(shown(workspace)).toBe(10))
    workspace.openMessage('a', 4)
    expect(workspace.tab).toBe('history')
    expect(shown(workspace)).toBe(10)
    await vi.waitFor(() => expect(shown(workspace)).toBe(4))
  })

  it('shows the last of several found messages with its topic, and no live message on the way', async () => {
    const { workspace, called } = await setup()
    workspace.select('a')
    await vi.waitFor(() => expect(shown(workspace)).toBe(10))
    workspace.showTab('history')
    const live = called('topics.get').length
    for (const [topic, id] of [
      ['b', 17],
      ['a', 3],
      ['b', 16]
    ] as const)
      workspace.openFound({ topic, id } as FoundRow)
    await vi.waitFor(() => expect(shown(workspace)).toBe(16))
    expect(workspace.path).toBe('b')
    expect(workspace.tab).toBe('history')
    expect(called('topics.get')).toHaveLength(live)
    expect(called('messages.get').at(-1)).toMatchObject({ id: 16 })
  })

  it('closes an opened message when it is cleared', async () => {
    const { workspace, emit, called } = await setup()
    workspace.select('a')
    workspace.openMessage('a', 4)
    await vi.waitFor(() => expect(shown(workspace)).toBe(4))
    const before = called('messages.get').length
    emit('messages.cleared', { connectionId: 'id', scope: { topic: 'b', subtree: true } })
    await vi.waitFor(() => expect(called('messages.get')).toHaveLength(before + 1))
    expect(workspace.messageId).toBe(4)
    emit('messages.cleared', { connectionId: 'id', scope: { topic: 'a', subtree: false } })
    await vi.waitFor(() => expect(workspace.messageId).toBeNull())
  })

  it('shows the messages below a branch that has none of its own, and lets the user choose otherwise', async () => {
    const { workspace, frame } = await setup()
    workspace.select('c')
    expect(workspace.subtree).toBe(true)
    expect(workspace.filter).toBe('c/#')
    workspace.setSubtree(false)
    frame({ selected: { row: row('c', null, 5), index: 2 } })
    await vi.waitFor(() => expect(workspace.node?.messages).toBe(5))
    expect(workspace.subtree).toBe(false)
    workspace.select('a')
    expect(workspace.filter).toBe('a')
  })

  it('requests the history only while it is shown', async () => {
    const { workspace, called } = await setup()
    workspace.select('a')
    await vi.waitFor(() => expect(shown(workspace)).toBe(10))
    expect(called('messages.page')).toEqual([])
    workspace.showTab('history')
    await vi.waitFor(() => expect(called('messages.page')).toHaveLength(1))
    workspace.setSubtree(true)
    await vi.waitFor(() => expect(called('messages.page')).toHaveLength(2))
    expect(called('messages.page')[1]).toMatchObject({ scope: { topic: 'a', subtree: true } })
  })

  it('compares with the picked message, and otherwise with the previous one', async () => {
    const { workspace, called } = await setup()
    workspace.select('a')
    await vi.waitFor(() => expect(shown(workspace)).toBe(10))
    workspace.showTab('diff')
    await vi.waitFor(() =>
      expect(called('messages.compare').at(-1)).toMatchObject({ before: null, after: 10 })
    )
    workspace.pick()
    expect(workspace.tab).toBe('history')
    workspace.openMessage('a', 3)
    expect(workspace.tab).toBe('diff')
    await vi.waitFor(() => expect(called('messages.compare').at(-1)).toMatchObject({ before: 3, after: 10 }))
    workspace.comparePrevious()
    await vi.waitFor(() =>
      expect(called('messages.compare').at(-1)).toMatchObject({ before: null, after: 10 })
    )
  })

  it('stops picking a message when another tab is shown', async () => {
    const { workspace } = await setup()
    workspace.select('a')
    workspace.pick()
    workspace.showTab('value')
    expect(workspace.picking).toBe(false)
  })

  it('shows the topic’s message at a past moment, then the live one again', async () => {
    const { workspace, frame, called } = await setup()
    workspace.select('a')
    await vi.waitFor(() => expect(shown(workspace)).toBe(10))
    workspace.moments.goTo(8)
    await vi.waitFor(() => expect(workspace.moments.moment?.id).toBe(8))
    await vi.waitFor(() => expect(called('topics.watch').at(-1)).toMatchObject({ moment: 8 }))
    await vi.waitFor(() => {
      frame({ selected: { row: row('a', 7), index: 0 } })
      expect(shown(workspace)).toBe(7)
    })
    // At an earlier moment there was no such topic.
    workspace.moments.goTo(2)
    await vi.waitFor(() => expect(workspace.moments.moment?.id).toBe(2))
    await vi.waitFor(() => {
      frame({ selected: null, selectedPath: 'a' })
      expect(workspace.node).toBeNull()
    })
    expect(workspace.message.view).toBeNull()
    workspace.moments.live()
    await vi.waitFor(() => expect(shown(workspace)).toBe(10))
    await vi.waitFor(() => expect(called('topics.watch').at(-1)).toMatchObject({ moment: null }))
  })
})
